#include "match/regex_ast.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "match/byte_sets.h"

namespace dragnet {

namespace {

constexpr int kMaxDepth = 200;
constexpr std::uint32_t kMaxRepeat = 1000;  // RE2's own limit

using Kind = RegexNode::Kind;

struct Flags {
  bool fold_case = false;
  bool dot_newline = false;
  bool lines = false;
};

RegexNode class_node(ByteSet set) {
  RegexNode node;
  node.kind = Kind::kClass;
  node.set = set;
  return node;
}

RegexNode plain_node(Kind kind) {
  RegexNode node;
  node.kind = kind;
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  Result<RegexNode> parse() {
    RegexNode node = alternation(0);
    if (!failed() && at_ < pattern_.size()) fail("unexpected ')'");
    if (failed()) return usage_error("regex, byte " + std::to_string(at_) + ": " + error_);
    return node;
  }

 private:
  bool failed() const { return !error_.empty(); }
  RegexNode fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return {};
  }
  bool done() const { return at_ >= pattern_.size() || failed(); }
  char peek() const { return pattern_[at_]; }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view text) {
    if (failed() || pattern_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

  // Alternatives up to the group's end. Flags set inside last until there.
  RegexNode alternation(int depth) {
    if (depth > kMaxDepth) return fail("nested too deep");
    const Flags outer = flags_;
    RegexNode node = plain_node(Kind::kAlternate);
    node.children.push_back(sequence(depth));
    while (take('|')) node.children.push_back(sequence(depth));
    flags_ = outer;
    if (node.children.size() == 1) {
      RegexNode only = std::move(node.children.front());
      return only;
    }
    return node;
  }

  RegexNode sequence(int depth) {
    RegexNode node = plain_node(Kind::kConcat);
    while (!done() && peek() != '|' && peek() != ')') {
      if (take("\\Q")) {
        quoted(&node);
        continue;
      }
      node.children.push_back(repeated(atom(depth)));
    }
    if (node.children.empty()) return {};
    if (node.children.size() == 1) {
      RegexNode only = std::move(node.children.front());
      return only;
    }
    return node;
  }

  // The bytes between \Q and \E, or to the end of the pattern.
  void quoted(RegexNode* into) {
    const std::size_t before = into->children.size();
    while (!done() && !take("\\E")) into->children.push_back(literal(peek_and_step()));
    // A repeat after \E is one of the last byte alone.
    if (into->children.size() > before) {
      into->children.back() = repeated(std::move(into->children.back()));
    }
  }
  unsigned char peek_and_step() { return static_cast<unsigned char>(pattern_[at_++]); }

  RegexNode literal(unsigned byte) const {
    ByteSet set;
    set.set(byte);
    return class_node(flags_.fold_case ? folded(set) : set);
  }

  RegexNode atom(int depth) {
    const char c = static_cast<char>(peek_and_step());
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return bracket();
      case '.': {
        ByteSet any;
        any.set();
        if (!flags_.dot_newline) any.reset('\n');
        return class_node(any);
      }
      case '^':
        return plain_node(flags_.lines ? Kind::kLineStart : Kind::kTextStart);
      case '$':
        return plain_node(Kind::kOtherAssert);
      case '\\':
        return escape();
      case '*':
      case '+':
      case '?':
        --at_;
        return fail("a repeat without anything to repeat");
      default:
        return literal(static_cast<unsigned char>(c));
    }
  }

  RegexNode group(int depth) {
    const Flags outer = flags_;
    if (take('?')) {
      if (take("P<") || take('<')) {
        while (!done() && peek() != '>') ++at_;
        if (!take('>')) return fail("a group name without '>'");
      } else if (only_flags()) {
        return {};  // "(?i)": applies to what follows, until the enclosing group ends
      }
    }
    if (failed()) return {};
    RegexNode node = alternation(depth + 1);
    if (!take(')')) return fail("a group without ')'");
    flags_ = outer;
    return node;
  }

  // Reads the flags of "(?flags)" or "(?flags:". True for the first form, which has no group.
  bool only_flags() {
    bool value = true;
    while (!done()) {
      switch (peek_and_step()) {
        case 'i':
          flags_.fold_case = value;
          break;
        case 's':
          flags_.dot_newline = value;
          break;
        case 'm':
          flags_.lines = value;
          break;
        case 'U':
          break;  // greediness does not change what can match
        case '-':
          value = false;
          break;
        case ')':
          return true;
        case ':':
          return false;
        default:
          fail("unknown group or flag (RE2 has no look-around)");
          return false;
      }
    }
    fail("a group without ')'");
    return false;
  }

  RegexNode escape() {
    if (done()) return fail("a backslash at the end");
    const char c = peek();
    if (c == 'b') return ++at_, plain_node(Kind::kWordBoundary);
    if (c == 'A') return ++at_, plain_node(Kind::kTextStart);
    if (c == 'B' || c == 'z') return ++at_, plain_node(Kind::kOtherAssert);
    if (c == 'C') return ++at_, class_node(ByteSet().set());
    ByteSet set;
    if (multi_escape(&set)) return class_node(flags_.fold_case ? folded(set) : set);
    const int byte = byte_escape();
    if (byte < 0) return {};
    return literal(static_cast<unsigned>(byte));
  }

  // \d \s \w \pL \p{Greek} and their complements, at the letter.
  bool multi_escape(ByteSet* set) {
    const char c = peek();
    if (const auto perl = perl_class(c)) {
      ++at_;
      *set |= *perl;
      return true;
    }
    if (c != 'p' && c != 'P') return false;
    ++at_;
    if (take('{')) {
      while (!done() && peek() != '}') ++at_;
      if (!take('}')) fail("a Unicode class without '}'");
    } else if (!done()) {
      ++at_;
    }
    set->set();  // wider than the class: allowed, see the file's head
    return true;
  }

  // One byte after a backslash, or -1 after an error.
  int byte_escape() {
    const char c = static_cast<char>(peek_and_step());
    switch (c) {
      case 'a':
        return 7;
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'v':
        return '\v';
      case 'x':
        return hex_escape();
      default:
        break;
    }
    if (c >= '0' && c <= '7') return octal_escape(c);
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '8' && c <= '9');
    if (word) return fail(std::string("unknown escape \\") + c), -1;
    return static_cast<unsigned char>(c);
  }

  int octal_escape(char first) {
    if (first != '0') return fail("back references are not supported"), -1;
    int value = 0;
    for (int i = 0; i < 2 && !done() && peek() >= '0' && peek() <= '7'; ++i) {
      value = value * 8 + (peek_and_step() - '0');
    }
    return value;
  }

  int hex_escape() {
    const bool braces = take('{');
    int value = 0;
    int digits = 0;
    while (!done() && hex_value(peek()) >= 0 && (braces ? digits < 6 : digits < 2)) {
      value = value * 16 + hex_value(static_cast<char>(peek_and_step()));
      ++digits;
    }
    if (digits == 0 || (!braces && digits != 2) || (braces && !take('}'))) {
      return fail("\\x without its hexadecimal digits"), -1;
    }
    if (value > 0xff) return fail("\\x{...} above ff: rules match bytes"), -1;
    return value;
  }

  RegexNode bracket() {
    const bool negated = take('^');
    ByteSet set;
    bool first = true;
    while (!done() && (first || peek() != ']')) {
      first = false;
      if (take("[:")) {
        posix_class(&set);
        continue;
      }
      if (peek() == '\\' && at_ + 1 < pattern_.size()) {
        ++at_;
        if (multi_escape(&set)) continue;
        --at_;
      }
      class_range(&set);
    }
    if (!take(']')) return fail("a class without ']'");
    if (flags_.fold_case) set = folded(set);
    return class_node(negated ? ~set : set);
  }

  void posix_class(ByteSet* set) {
    const bool negated = take('^');
    const std::size_t end = pattern_.find(":]", at_);
    if (end == std::string_view::npos) return (void)fail("a [:class without :]");
    const std::string_view name = pattern_.substr(at_, end - at_);
    const auto named = posix_class_set(name);
    if (!named) return (void)fail("unknown class [:" + std::string(name));
    at_ = end + 2;
    *set |= negated ? ~*named : *named;
  }

  void class_range(ByteSet* set) {
    const int low = class_byte();
    int high = low;
    if (!done() && peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
      ++at_;
      high = class_byte();
    }
    if (failed()) return;
    if (high < low) return (void)fail("a class range that runs backwards");
    add_range(set, static_cast<unsigned>(low), static_cast<unsigned>(high));
  }

  int class_byte() {
    if (done()) return fail("a class without ']'"), 0;
    if (take('\\')) {
      if (done()) return fail("a backslash at the end"), 0;
      return std::max(byte_escape(), 0);
    }
    return peek_and_step();
  }

  RegexNode repeated(RegexNode child) {
    std::uint32_t min = 0;
    std::uint32_t max = RegexNode::kUnbounded;
    if (!repeat_operator(&min, &max)) return child;
    take('?');  // lazy: the same matches are possible
    if (!done() && (peek() == '*' || peek() == '+')) return fail("a repeat of a repeat");
    RegexNode node = plain_node(Kind::kRepeat);
    node.min = min;
    node.max = max;
    node.children.push_back(std::move(child));
    return node;
  }

  bool repeat_operator(std::uint32_t* min, std::uint32_t* max) {
    if (done()) return false;
    if (take('*')) return true;
    if (take('+')) {
      *min = 1;
      return true;
    }
    if (take('?')) {
      *max = 1;
      return true;
    }
    return counted(min, max);
  }

  // "{m}", "{m,}" or "{m,n}"; anything else leaves '{' to be a literal, as RE2 does.
  bool counted(std::uint32_t* min, std::uint32_t* max) {
    if (peek() != '{') return false;
    std::size_t at = at_ + 1;
    const auto low = number(&at);
    if (!low) return false;
    std::optional<std::uint32_t> high = low;
    if (at < pattern_.size() && pattern_[at] == ',') {
      ++at;
      high = RegexNode::kUnbounded;
      if (at < pattern_.size() && pattern_[at] != '}') high = number(&at);
    }
    if (!high || at >= pattern_.size() || pattern_[at] != '}') return false;
    at_ = at + 1;
    if (*low > kMaxRepeat || (*high != RegexNode::kUnbounded && *high > kMaxRepeat)) {
      fail("a repeat above 1000, which RE2 refuses: nest groups");
    }
    if (*high < *low) fail("a repeat that runs backwards");
    *min = *low;
    *max = *high;
    return true;
  }

  std::optional<std::uint32_t> number(std::size_t* at) const {
    std::uint32_t value = 0;
    const std::size_t first = *at;
    while (*at < pattern_.size() && pattern_[*at] >= '0' && pattern_[*at] <= '9') {
      value = std::min<std::uint32_t>(value * 10 + static_cast<std::uint32_t>(pattern_[*at] - '0'),
                                      1000000);
      ++*at;
    }
    if (*at == first) return std::nullopt;
    return value;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string error_;
  Flags flags_;
};

}  // namespace

Result<RegexNode> parse_regex(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace dragnet
