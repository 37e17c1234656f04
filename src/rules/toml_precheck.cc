#include "rules/toml_precheck.h"

#include <vector>

#include "base/ascii.h"

namespace dragnet {

namespace {

// The carriage return of a line end counts as what stands before the line feed.
bool is_blank_or_return(char c) { return is_blank(c) || c == '\r'; }
bool is_beyond_ascii(char c) { return octet(c) >= 0x80; }

bool is_key_character(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; }

// Numbers, dates, true and false.
bool is_value_character(char c) { return is_key_character(c) || c == '+' || c == '.' || c == ':'; }

bool ends_value(char c) {
  return is_blank_or_return(c) || c == '\n' || c == ',' || c == ']' || c == '}' || c == '#';
}

// Walks over the text once. Depth is the number of open brackets, plus the dots of the key that is
// being read at each open level, plus the dots of the table header that all of it lies under.
class Prechecker {
 public:
  explicit Prechecker(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;  // a byte order mark is no letter
  }

  std::optional<TomlTrouble> run() {
    while (at_ < text_.size() && !trouble_) {
      step();
      if (levels_.size() + dots_ + header_dots_ > kMaxTomlNesting + 1) {
        report("nested deeper than " + std::to_string(kMaxTomlNesting) + " levels");
      }
    }
    return trouble_;
  }

 private:
  // The file itself, an array or an inline table.
  struct Level {
    bool array = false;
    bool in_value = false;   // behind the '=', or in an array
    std::uint32_t dots = 0;  // of the key
  };

  Level& level() { return levels_.back(); }
  bool at_root() const { return levels_.size() == 1; }
  char next() const { return at_ < text_.size() ? text_[at_] : '\n'; }

  void report(std::string message) {
    if (trouble_) return;
    trouble_ = {line_, static_cast<std::uint32_t>(at_ - line_start_ + 1), std::move(message)};
  }

  void step() {
    const char c = text_[at_];
    switch (c) {
      case '#':
        skip_comment();
        return;
      case '"':
        skip_string(true);
        return;
      case '\'':
        skip_string(false);
        return;
      case '\n':
        end_line();
        break;
      case ' ':
      case '\t':
      case '\r':
        break;
      case '[':
      case '{':
        open(c);
        break;
      case ']':
      case '}':
        close();
        break;
      case ',':
        end_item();
        break;
      default:
        bare(c);
        return;
    }
    ++at_;
  }

  // A character of a key or a value that is in no quotes.
  void bare(char c) {
    line_is_blank_ = false;
    if (is_beyond_ascii(c)) return report("only strings and comments may go beyond ASCII");
    if (level().in_value && !in_header_) return skip_value();
    ++at_;
    if (c == '=') level().in_value = true;
    if (c != '.') return;
    if (in_header_) {
      ++header_dots_;
    } else {
      ++dots_;
      ++level().dots;
    }
  }

  // toml++ looks ahead to the end of a value before it says what is wrong with it, over quotes too.
  void skip_value() {
    while (is_value_character(next())) ++at_;
    if (!ends_value(next())) report("a value may not hold this character");
  }

  void open(char c) {
    // A bracket that starts a line outside of any value is a table header, `[a.b]` or `[[a.b]]`.
    if (c == '[' && at_root() && !level().in_value && line_is_blank_) {
      in_header_ = true;
      header_dots_ = 0;
      check_header();
    }
    line_is_blank_ = false;
    const bool array = c == '[' && !in_header_;
    levels_.push_back({array, array, 0});
  }

  // `at_` is on the first bracket.
  void check_header() {
    std::size_t at = at_ + 1;
    if (at < text_.size() && text_[at] == '[') ++at;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    if (at == text_.size() || text_[at] == ']') return;
    if (is_key_character(text_[at]) || text_[at] == '"' || text_[at] == '\'') return;
    at_ = at;
    report("the table header does not start with a key");
  }

  void close() {
    line_is_blank_ = false;
    if (at_root()) return;
    dots_ -= level().dots;
    levels_.pop_back();
  }

  // What follows at this level is another key, or another value of an array.
  void end_item() {
    dots_ -= level().dots;
    level().dots = 0;
    level().in_value = level().array;
  }

  // `at_` is on the line feed.
  void start_line() {
    ++line_;
    line_start_ = at_ + 1;
  }

  void end_line() {
    start_line();
    in_header_ = false;
    line_is_blank_ = true;
    if (at_root()) end_item();
  }

  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip_string(bool basic) {
    line_is_blank_ = false;
    const char quote = basic ? '"' : '\'';
    const std::string_view fence = basic ? "\"\"\"" : "'''";
    const bool multi_line = text_.substr(at_).starts_with(fence);
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        if (!multi_line) return;  // no string ends here: the parser says so
        start_line();
      }
      if (multi_line && text_.substr(at_).starts_with(fence)) {
        at_ += 3;
        // Up to two quotes that belong to the string may stand before the three that end it.
        for (int i = 0; i < 2 && next() == quote; ++i) ++at_;
        return;
      }
      ++at_;
      if (!multi_line && c == quote) return;
      if (c == '\\' && basic) skip_escape(multi_line);
    }
  }

  // `at_` is behind the backslash.
  void skip_escape(bool multi_line) {
    if (next() != '\n' && !is_blank_or_return(next())) {
      if (multi_line && is_beyond_ascii(next())) report("no escape sequence");
      if (at_ < text_.size()) ++at_;
      return;
    }
    if (!multi_line) return;
    for (; at_ < text_.size() && (is_blank_or_return(text_[at_]) || text_[at_] == '\n'); ++at_) {
      if (text_[at_] == '\n') start_line();
    }
    if (is_beyond_ascii(next())) {
      report("a line that goes on behind a backslash may not start with a letter beyond ASCII");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  std::optional<TomlTrouble> trouble_;
  bool line_is_blank_ = true;
  bool in_header_ = false;
  std::uint32_t header_dots_ = 0;
  std::vector<Level> levels_ = {Level{}};
  std::uint32_t dots_ = 0;  // of all levels
};

}  // namespace

std::optional<TomlTrouble> precheck_toml(std::string_view toml) { return Prechecker(toml).run(); }

}  // namespace dragnet
