#include "rules/toml_precheck.h"

#include <vector>

namespace dragnet {

namespace {

// Walks over the text once. Depth is the number of open brackets, plus the dots of the key that is
// being read at each open level, plus the dots of the table header that all of it lies under. Dots
// of numbers are counted as well, which is harmless: a comma or the line's end forgets them.
class Prechecker {
 public:
  explicit Prechecker(std::string_view text) : text_(text) {}

  std::optional<TomlTrouble> run() {
    while (at_ < text_.size() && !trouble_) {
      step();
      if (!trouble_ && open_.size() + dots_ + header_dots_ > kMaxTomlNesting) {
        report("nested deeper than " + std::to_string(kMaxTomlNesting) + " levels");
      }
    }
    return trouble_;
  }

 private:
  void report(std::string message) {
    trouble_ = {line_, static_cast<std::uint32_t>(at_ - line_start_ + 1), std::move(message)};
  }

  void step() {
    const char c = text_[at_];
    switch (c) {
      case '#':
        skip_to_line_end();
        return;
      case '"':
        skip_string('"', true);
        return;
      case '\'':
        skip_string('\'', false);
        return;
      case '\n':
        end_line();
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
        forget_key();
        break;
      case '.':
        count_dot();
        break;
      default:
        line_is_blank_ = line_is_blank_ && (c == ' ' || c == '\t' || c == '\r');
        break;
    }
    ++at_;
  }

  void open(char c) {
    // A bracket that starts a line outside of any value is a table header, `[a.b]` or `[[a.b]]`.
    if (c == '[' && open_.empty() && line_is_blank_) {
      in_header_ = true;
      header_dots_ = 0;
      check_header();
    }
    line_is_blank_ = false;
    open_.push_back(0);
  }

  // `at_` is on the first bracket. What the parser itself refuses is left to it: it says more.
  void check_header() {
    std::size_t at = at_ + 1;
    if (at < text_.size() && text_[at] == '[') ++at;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    if (at == text_.size() || text_[at] == ']') return;
    const char c = text_[at];
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (bare || c == '_' || c == '-' || c == '"' || c == '\'') return;
    at_ = at;
    report("the table header does not start with a key");
  }

  void close() {
    line_is_blank_ = false;
    if (open_.empty()) return;
    dots_ -= open_.back();
    open_.pop_back();
  }

  void count_dot() {
    line_is_blank_ = false;
    if (in_header_) {
      ++header_dots_;
      return;
    }
    ++dots_;
    ++(open_.empty() ? outer_ : open_.back());
  }

  // What follows at this level is another key or item.
  void forget_key() {
    std::uint32_t& dots = open_.empty() ? outer_ : open_.back();
    dots_ -= dots;
    dots = 0;
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
    if (open_.empty()) forget_key();
  }

  void skip_to_line_end() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip_string(char quote, bool escapes) {
    line_is_blank_ = false;
    const bool multi_line = text_.substr(at_).starts_with(quote == '"' ? "\"\"\"" : "'''");
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        if (!multi_line) return;  // no string ends here: the parser says so
        start_line();
      }
      if (c == '\\' && escapes && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
        at_ += 2;
        continue;
      }
      ++at_;
      if (c != quote) continue;
      if (!multi_line) return;
      if (!text_.substr(at_).starts_with(quote == '"' ? "\"\"" : "''")) continue;
      at_ += 2;
      // Up to two quotes that belong to the string may stand before the three that end it.
      for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] == quote; ++i) ++at_;
      return;
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
  std::uint32_t outer_ = 0;          // dots of the key outside of all brackets
  std::vector<std::uint32_t> open_;  // the same for each open bracket
  std::uint32_t dots_ = 0;           // sum of `outer_` and `open_`
};

}  // namespace

std::optional<TomlTrouble> precheck_toml(std::string_view toml) { return Prechecker(toml).run(); }

}  // namespace dragnet
