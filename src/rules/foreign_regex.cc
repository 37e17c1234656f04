#include "rules/foreign_regex.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::string_view kVerboseSpace = " \t\n\v\f\r";
constexpr std::size_t kMaxNesting = 1000;

// What a class may hold at once, as a note says it once.
constexpr std::string_view kUtf8InClass =
    "a class holds characters outside ASCII, which are matched byte by byte";

class Rewriter {
 public:
  explicit Rewriter(std::string_view in) : in_(in) {}

  Result<ForeignRegex> run() {
    while (at_ < in_.size() && !error_) step();
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  bool verbose() const { return groups_.back(); }
  bool next_is(std::string_view text) const { return in_.substr(at_).starts_with(text); }

  void copy(std::size_t count) {
    out_.pattern += in_.substr(at_, count);
    at_ += count;
  }

  void refuse(std::size_t from, std::size_t size, const std::string& what) {
    if (error_) return;
    error_ = usage_error("the regex has " + what + " at byte " + std::to_string(from + 1) + ": " +
                         quoted(in_.substr(from, size)));
  }

  void note(std::string_view text) {
    const bool known = std::find(out_.notes.begin(), out_.notes.end(), text) != out_.notes.end();
    if (!known) out_.notes.emplace_back(text);
  }

  void step() {
    const char c = in_[at_];
    if (c == '\\') {
      escape(false);
    } else if (c == '[') {
      character_class();
    } else if (c == '(') {
      open_group();
    } else if (c == ')') {
      if (groups_.size() > 1) groups_.pop_back();
      copy(1);
    } else if (verbose() && kVerboseSpace.find(c) != std::string_view::npos) {
      ++at_;
    } else if (verbose() && c == '#') {
      at_ = std::min(in_.find('\n', at_), in_.size());
    } else {
      copy(1);
    }
  }

  // What starts with a backslash, whole where it is longer than two bytes.
  void escape(bool in_class) {
    const std::size_t start = at_;
    if (at_ + 1 >= in_.size()) return refuse(start, 1, "a backslash without anything after it");
    const char c = in_[at_ + 1];
    if (!in_class && is_digit(c) && c != '0') return refuse(start, 2, "a back reference");
    if (!in_class && (c == 'k' || c == 'g')) return refuse(start, 4, "a back reference");
    if (!in_class && (c == 'G' || c == 'K' || c == 'Z' || c == 'R' || c == 'X')) {
      return refuse(start, 2, "what RE2 has not");
    }
    if (!in_class && (c == 'b' || c == 'B') && at_ + 2 < in_.size() && in_[at_ + 2] == '{') {
      return refuse(start, 10, "a boundary of one side");
    }
    if ((c == 'u' || c == 'U') && code_point(c == 'u' ? 4 : 8)) return;
    if (c == 'h') {  // Vectorscan's horizontal space
      out_.pattern += in_class ? " \\t" : "[ \\t]";
      at_ += 2;
      return;
    }
    if (c == '_' || c == '<' || c == '>') {  // RE2 takes no backslash before some of these
      out_.pattern += c;
      at_ += 2;
      return;
    }
    copy(2);
  }

  // \u{1F600} and \u00e9 are \x{...} in RE2. False where it is neither.
  bool code_point(std::size_t digits) {
    std::size_t from = at_ + 2;
    std::size_t end = from + digits;
    if (from < in_.size() && in_[from] == '{') {
      ++from;
      end = in_.find('}', from);
      if (end == std::string_view::npos) return false;
    }
    if (end > in_.size() || end == from) return false;
    const std::string_view hex = in_.substr(from, end - from);
    if (!std::all_of(hex.begin(), hex.end(), is_hex_digit)) return false;
    out_.pattern += "\\x{" + std::string(hex) + "}";
    at_ = end < in_.size() && in_[end] == '}' && in_[from - 1] == '{' ? end + 1 : end;
    return true;
  }

  void character_class() {
    const std::size_t start = at_;
    copy(1);
    if (next_is("^")) copy(1);
    if (next_is("]")) {
      out_.pattern += "\\]";
      ++at_;
    }
    while (at_ < in_.size() && !error_) {
      const char c = in_[at_];
      if (c == ']') return copy(1);
      if (c == '\\') {
        escape(true);
        continue;
      }
      if (c == '[') {
        const std::size_t end = next_is("[:") ? in_.find(":]", at_ + 2) : std::string_view::npos;
        if (end != std::string_view::npos) {
          copy(end + 2 - at_);
        } else {
          // Rust nests classes where Vectorscan takes the bracket as it is.
          return refuse(at_, 8, "a bracket in a class that is not escaped");
        }
        continue;
      }
      if (next_is("&&") || next_is("~~") || (next_is("--") && !ends_class(at_ + 2))) {
        return refuse(at_, 2, "a set operation in a class");
      }
      if (static_cast<unsigned char>(c) >= 0x80) note(kUtf8InClass);
      copy(1);
    }
    if (!error_) refuse(start, 8, "a class without an end");
  }

  // "--]" is two hyphens, not a difference.
  bool ends_class(std::size_t at) const { return at < in_.size() && in_[at] == ']'; }

  void open_group() {
    if (groups_.size() > kMaxNesting) return refuse(at_, 1, "too many groups in each other");
    const bool outer = verbose();
    for (const auto& [mark, what] : kRefused) {
      if (next_is(mark)) return refuse(at_, 12, std::string(what));
    }
    if (next_is("(?#")) {  // a comment, as PCRE writes it
      const auto end = in_.find(')', at_);
      at_ = end == std::string_view::npos ? in_.size() : end + 1;
      return;
    }
    if (next_is("(?<")) {
      out_.pattern += "(?P<";
      at_ += 3;
      groups_.push_back(outer);
      return;
    }
    if (!next_is("(?") || next_is("(?P<")) {
      copy(next_is("(?P<") ? 4 : 1);
      groups_.push_back(outer);
      return;
    }
    flags(outer);
  }

  // "(?xi)" and "(?x-i:".
  void flags(bool outer) {
    const std::size_t start = at_;
    const std::size_t end = in_.find_first_of(":)", at_);
    if (end == std::string_view::npos) return refuse(start, 8, "a group without an end");
    bool on = true;
    bool verbose_inside = outer;
    std::string kept_on;
    std::string kept_off;
    for (const char c : in_.substr(start + 2, end - start - 2)) {
      if (c == '-') {
        on = false;
      } else if (c == 'x') {
        verbose_inside = on;
      } else if (c == 'i' || c == 'm' || c == 's' || c == 'U') {
        (on ? kept_on : kept_off) += c;
      } else if (c != 'u') {  // u: Unicode classes; ours are of bytes either way
        return refuse(start, end - start + 1, "a flag that RE2 has not");
      }
    }
    const std::string kept = kept_on + (kept_off.empty() ? "" : "-" + kept_off);
    at_ = end + 1;
    if (in_[end] == ')') {
      groups_.back() = verbose_inside;
      if (!kept.empty()) out_.pattern += "(?" + kept + ")";
      return;
    }
    out_.pattern += "(?" + kept + ":";
    groups_.push_back(verbose_inside);
  }

  static constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
      {"(?=", "a look-ahead"},    {"(?!", "a look-ahead"},
      {"(?<=", "a look-behind"},  {"(?<!", "a look-behind"},
      {"(?>", "an atomic group"}, {"(?P=", "a back reference"},
      {"(?P>", "a recursion"},    {"(?R", "what RE2 has not"},
      {"(?(", "a condition"},     {"(?|", "a branch reset"},
      {"(*", "a verb"},
  };

  std::string_view in_;
  std::size_t at_ = 0;
  std::vector<bool> groups_ = {false};  // whether verbose, of each open group
  ForeignRegex out_;
  std::optional<Error> error_;
};

}  // namespace

Result<ForeignRegex> rewrite_foreign_regex(std::string_view pattern) {
  return Rewriter(pattern).run();
}

}  // namespace dragnet
