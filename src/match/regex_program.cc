// From the tree to instructions. What comes after a part is compiled with it, as the bytes that it
// can begin with.
#include "match/regex_program.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;

constexpr std::size_t kMaxInstructions = 4096;

// What a part of the regex, and all after it, can begin with.
struct Begin {
  ByteSet bytes;
  bool anything = false;  // also with a byte that is not read, or with none
};

Begin either(Begin a, const Begin& b) {
  a.bytes |= b.bytes;
  a.anything = a.anything || b.anything;
  return a;
}

bool may_be_empty(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kClass:
      return false;
    case Kind::kConcat:
      return std::all_of(node.children.begin(), node.children.end(), may_be_empty);
    case Kind::kAlternate:
      return std::any_of(node.children.begin(), node.children.end(), may_be_empty);
    case Kind::kRepeat:
      return node.min == 0 || may_be_empty(node.children[0]);
    default:
      return true;
  }
}

std::uint32_t highest_group(const RegexNode& node) {
  std::uint32_t highest = node.group;
  for (const RegexNode& child : node.children) highest = std::max(highest, highest_group(child));
  return highest;
}

Begin begin_of(const RegexNode& node, const Begin& after) {
  switch (node.kind) {
    case Kind::kClass:
      return {node.set, false};
    case Kind::kConcat: {
      Begin out = after;
      for (std::size_t i = node.children.size(); i-- > 0;) out = begin_of(node.children[i], out);
      return out;
    }
    case Kind::kAlternate: {
      Begin out;
      for (const RegexNode& child : node.children) out = either(out, begin_of(child, after));
      return out;
    }
    case Kind::kRepeat: {
      if (node.max == 0) return after;
      const Begin body = begin_of(node.children[0], after);
      return node.min == 0 ? either(body, after) : body;
    }
    // The end of the text is no byte, and that of the span is let through everywhere.
    case Kind::kTextEnd:
      return {};
    case Kind::kLineEnd:
      return {ByteSet().set('\n'), false};
    default:
      return after;
  }
}

}  // namespace

class RegexCompiler {
 public:
  std::optional<RegexProgram> compile(const RegexNode& regex) {
    const Begin end{{}, true};
    program_.groups_ = std::min(highest_group(regex) + 1, RegexProgram::kMaxGroups);
    emit(regex, end);
    add(RegexProgram::Op::kMatch);
    program_.start_ = set_number(begin_of(regex, end));
    if (failed_) return std::nullopt;
    return std::move(program_);
  }

 private:
  using Op = RegexProgram::Op;
  using Instruction = RegexProgram::Instruction;

  // After a failure one that is not used.
  Instruction& add(Op op) {
    if (program_.code_.size() >= kMaxInstructions) failed_ = true;
    if (!failed_) program_.code_.emplace_back();
    if (program_.code_.empty()) program_.code_.emplace_back();
    program_.code_.back().op = op;
    return program_.code_.back();
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code_.size()); }
  Instruction& at(std::uint32_t index) {
    return program_.code_[std::min<std::size_t>(index, program_.code_.size() - 1)];
  }

  std::uint16_t set_number(const ByteSet& set) {
    const auto [known, added] = sets_.emplace(set, static_cast<std::uint16_t>(sets_.size()));
    const std::size_t number = known->second;
    if (!added) return known->second;
    if (number % 64 == 0) program_.sets_.resize(program_.sets_.size() + 256);
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (set[byte]) program_.sets_[number / 64 * 256 + byte] |= std::uint64_t{1} << (number % 64);
    }
    return known->second;
  }
  std::uint16_t set_number(const Begin& begin) {
    return begin.anything ? RegexProgram::kAnything : set_number(begin.bytes);
  }

  void emit(const RegexNode& node, const Begin& after) {
    if (failed_) return;
    const bool captured = node.group != 0 && node.group < RegexProgram::kMaxGroups;
    if (captured) add(Op::kSave).slot = 2 * node.group;
    emit_content(node, after);
    if (captured) add(Op::kSave).slot = 2 * node.group + 1;
  }

  void emit_content(const RegexNode& node, const Begin& after) {
    switch (node.kind) {
      case Kind::kEmpty:
        return;
      case Kind::kClass:
        failed_ = failed_ || node.widened;
        add(Op::kSet).set = set_number(node.set);
        return;
      case Kind::kConcat:
        return emit_sequence(node, after);
      case Kind::kAlternate:
        return emit_alternatives(node, after);
      case Kind::kRepeat:
        return emit_repeat(node, after);
      default:
        add(Op::kAssert).assertion = node.kind;
    }
  }

  void emit_sequence(const RegexNode& node, const Begin& after) {
    std::vector<Begin> afters(node.children.size(), after);
    for (std::size_t i = node.children.size(); i-- > 1;) {
      afters[i - 1] = begin_of(node.children[i], afters[i]);
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) emit(node.children[i], afters[i]);
  }

  void emit_alternatives(const RegexNode& node, const Begin& after) {
    std::vector<std::uint32_t> jumps;
    Begin rest;
    std::vector<Begin> rests(node.children.size());  // from each alternative on
    for (std::size_t i = node.children.size(); i-- > 0;) {
      rests[i] = rest = either(rest, begin_of(node.children[i], after));
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const std::uint32_t parting = here();
      if (!last) add_either(begin_of(node.children[i], after), rests[i + 1]);
      emit(node.children[i], after);
      if (last) break;
      jumps.push_back(here());
      add(Op::kJump);
      at(parting).to = here();
    }
    for (const std::uint32_t jump : jumps) at(jump).to = here();
  }

  void add_either(const Begin& first, const Begin& second) {
    const std::uint16_t a = set_number(first);
    const std::uint16_t b = set_number(second);
    Instruction& made = add(Op::kEither);
    made.first = a;
    made.next = b;
  }

  void emit_repeat(const RegexNode& node, const Begin& after) {
    const RegexNode& body = node.children[0];
    if (node.max == 0) return;
    if (body.kind == Kind::kClass && body.group == 0) return emit_run(node, after);
    // What is repeated without a byte, RE2 has rules of its own for.
    if (may_be_empty(body) && node.max > 1) failed_ = true;
    const Begin again = begin_of(body, after);
    const Begin more = either(again, after);
    for (std::uint32_t i = 0; i < node.min && !failed_; ++i) {
      emit(body, i + 1 < node.min ? again : (node.max > node.min ? more : after));
    }
    if (node.max == RegexNode::kUnbounded) {
      const std::uint32_t parting = add_option(node, again, after);
      emit(body, more);
      add(Op::kJump).to = parting;
      close_option(node, parting);
      return;
    }
    std::vector<std::uint32_t> partings;
    for (std::uint32_t i = node.min; i < node.max && !failed_; ++i) {
      partings.push_back(add_option(node, again, after));
      emit(body, i + 1 < node.max ? more : after);
    }
    for (const std::uint32_t parting : partings) close_option(node, parting);
  }

  // The body, which follows, or what comes after it. A lazy one prefers the second, to which it
  // jumps: its parting is two instructions.
  std::uint32_t add_option(const RegexNode& node, const Begin& body, const Begin& after) {
    const std::uint32_t parting = here();
    if (!node.lazy) {
      add_either(body, after);
      return parting;
    }
    add_either(after, body);
    add(Op::kJump);
    at(parting).to = here();
    return parting;
  }
  void close_option(const RegexNode& node, std::uint32_t parting) {
    at(node.lazy ? parting + 1 : parting).to = here();
  }

  void emit_run(const RegexNode& node, const Begin& after) {
    const RegexNode& body = node.children[0];
    failed_ = failed_ || body.widened;
    const std::uint16_t set = set_number(body.set);
    const std::uint16_t next = set_number(after);
    Instruction& run = add(Op::kRun);
    run.set = set;
    run.next = next;
    run.min = node.min;
    run.max = node.max;
    run.lazy = node.lazy;
    run.sure = !after.anything && (after.bytes & body.set).none();
  }

  RegexProgram program_;
  std::unordered_map<ByteSet, std::uint16_t> sets_;
  bool failed_ = false;
};

std::optional<RegexProgram> RegexProgram::compile(const RegexNode& regex) {
  return RegexCompiler().compile(regex);
}

}  // namespace dragnet
