#include "match/regex_ast.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "match/byte_sets.h"
#include "match/regex_reader.h"

namespace dragnet {

namespace {

constexpr int kMaxDepth = 200;
constexpr std::uint32_t kMaxRepeat = 1000;  // RE2's own limit

using Kind = RegexNode::Kind;

struct Flags {
  bool fold_case = false;
  bool dot_newline = false;
  bool lines = false;
  bool lazy = false;
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

class Parser : private RegexReader {
 public:
  explicit Parser(std::string_view pattern) : RegexReader(pattern) {}

  Result<RegexNode> parse() {
    RegexNode node = alternation(0);
    if (!failed() && at_ < pattern_.size()) fail("unexpected ')'");
    if (failed()) return usage_error("regex, byte " + std::to_string(at_) + ": " + error_);
    return node;
  }

 private:
  RegexNode fail(std::string why) {
    fail_with(std::move(why));
    return {};
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
        while (!done() && !take("\\E")) node.children.push_back(literal(peek_and_step()));
      } else if (!take_flags()) {
        node.children.push_back(atom(depth));
      }
      // Flags and empty quotes are nothing: a repeat after them is one of what stands before.
      if (!node.children.empty()) node.children.back() = repeated(std::move(node.children.back()));
    }
    if (node.children.empty()) return {};
    if (node.children.size() == 1) {
      RegexNode only = std::move(node.children.front());
      return only;
    }
    return node;
  }

  // Takes "(?flags)", which applies to what follows, until the enclosing group ends.
  bool take_flags() {
    const std::size_t before = at_;
    const Flags flags = flags_;
    if (!take("(?")) return false;
    const bool named = !done() && (peek() == 'P' || peek() == '<');
    if (!named && (read_flags() || failed())) return true;
    at_ = before;
    flags_ = flags;
    return false;
  }

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
      case '[': {
        RegexNode node = class_node(bracket(flags_.fold_case));
        node.widened = widened_;
        return node;
      }
      case '.': {
        ByteSet any;
        any.set();
        if (!flags_.dot_newline) any.reset('\n');
        return class_node(any);
      }
      case '^':
        return plain_node(flags_.lines ? Kind::kLineStart : Kind::kTextStart);
      case '$':
        return plain_node(flags_.lines ? Kind::kLineEnd : Kind::kTextEnd);
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
    std::uint32_t number = 0;
    if (!take('?')) {
      number = ++groups_;
    } else if (take("P<") || take('<')) {
      while (!done() && peek() != '>') ++at_;
      if (!take('>')) return fail("a group name without '>'");
      number = ++groups_;
    } else {
      read_flags();
    }
    if (failed()) return {};
    RegexNode node = alternation(depth + 1);
    if (!take(')')) return fail("a group without ')'");
    flags_ = outer;
    return numbered(std::move(node), number);
  }

  static RegexNode numbered(RegexNode node, std::uint32_t number) {
    if (number != 0 && node.group != 0) {
      // A group that holds nothing but another one.
      RegexNode outer = plain_node(Kind::kConcat);
      outer.children.push_back(std::move(node));
      node = std::move(outer);
    }
    if (number != 0) node.group = number;
    return node;
  }

  // Reads the flags of "(?flags)" or "(?flags:". True for the first form, which has no group.
  bool read_flags() {
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
          flags_.lazy = value;
          break;
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
    if (c == 'B') return ++at_, plain_node(Kind::kNoWordBoundary);
    if (c == 'z') return ++at_, plain_node(Kind::kTextEnd);
    if (c == 'C') return ++at_, class_node(ByteSet().set());
    ByteSet set;
    widened_ = false;
    if (multi_escape(&set)) {
      RegexNode node = class_node(flags_.fold_case ? folded(set) : set);
      node.widened = widened_;
      return node;
    }
    const int byte = byte_escape();
    if (byte < 0) return {};
    return literal(static_cast<unsigned>(byte));
  }

  RegexNode repeated(RegexNode child) {
    std::uint32_t min = 0;
    std::uint32_t max = RegexNode::kUnbounded;
    if (!repeat_operator(&min, &max)) return child;
    const bool lazy = take('?') != flags_.lazy;
    if (!done() && (peek() == '*' || peek() == '+')) return fail("a repeat of a repeat");
    RegexNode node = plain_node(Kind::kRepeat);
    node.min = min;
    node.max = max;
    node.lazy = lazy;
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
    // With a zero in front RE2 takes it for text.
    if (*at == first || (pattern_[first] == '0' && *at > first + 1)) return std::nullopt;
    return value;
  }

  Flags flags_;
  std::uint32_t groups_ = 0;
};

}  // namespace

Result<RegexNode> parse_regex(std::string_view pattern) { return Parser(pattern).parse(); }

bool is_assertion(RegexNode::Kind kind) {
  return kind >= Kind::kWordBoundary && kind <= Kind::kLineEnd;
}

bool can_hold(const RegexNode& regex, unsigned char byte) {
  if (regex.kind == Kind::kClass) return regex.set[byte];
  return std::any_of(regex.children.begin(), regex.children.end(),
                     [&](const RegexNode& child) { return can_hold(child, byte); });
}

}  // namespace dragnet
