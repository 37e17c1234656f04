#include "rules/toml_nesting.h"

#include <vector>

namespace dragnet {

namespace {

// Walks over the text once. Depth is the number of open brackets, plus the dots of the key that is
// being read at each open level, plus the dots of the table header that all of it lies under. Dots
// of numbers are counted as well, which is harmless: a comma or the line's end forgets them.
class NestingCounter {
 public:
  explicit NestingCounter(std::string_view text) : text_(text) {}

  std::optional<std::uint32_t> run() {
    while (at_ < text_.size()) {
      step();
      if (open_.size() + dots_ + header_dots_ > kMaxTomlNesting) return line_;
    }
    return std::nullopt;
  }

 private:
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
    }
    line_is_blank_ = false;
    open_.push_back(0);
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

  void end_line() {
    ++line_;
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
        ++line_;
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
  bool line_is_blank_ = true;
  bool in_header_ = false;
  std::uint32_t header_dots_ = 0;
  std::uint32_t outer_ = 0;          // dots of the key outside of all brackets
  std::vector<std::uint32_t> open_;  // the same for each open bracket
  std::uint32_t dots_ = 0;           // sum of `outer_` and `open_`
};

}  // namespace

std::optional<std::uint32_t> line_nested_too_deep(std::string_view toml) {
  return NestingCounter(toml).run();
}

}  // namespace dragnet
