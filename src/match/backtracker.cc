// Runs a regex program: one way at a time, with a stack of those that were left aside.
#include <algorithm>
#include <utility>

#include "match/regex_nfa.h"
#include "match/regex_program.h"

namespace dragnet {

namespace {

using Kind = RegexNode::Kind;

bool word_at(ByteView text, std::uint64_t at) {
  return at < text.size() && is_word_byte(octet(text[at]));
}

bool at_boundary(ByteView text, std::uint64_t at) {
  return (at > 0 && word_at(text, at - 1)) != word_at(text, at);
}

bool asserted(Kind kind, ByteView text, std::uint64_t at) {
  switch (kind) {
    case Kind::kWordBoundary:
      return at_boundary(text, at);
    case Kind::kNoWordBoundary:
      return !at_boundary(text, at);
    case Kind::kTextStart:
      return at == 0;
    case Kind::kLineStart:
      return at == 0 || text[at - 1] == '\n';
    case Kind::kTextEnd:
      return at == text.size();
    default:
      return at == text.size() || text[at] == '\n';
  }
}

}  // namespace

class RegexProgram::Run {
 public:
  Run(const RegexProgram& program, ByteView text, std::uint64_t to, Captures* captures)
      : program_(program), text_(text), to_(to), captures_(captures) {}

  Answer from(std::uint64_t start, std::uint64_t* steps) {
    at_ = start;
    std::uint64_t left = *steps;
    while (left > 0) {
      --left;
      const Instruction& now = program_.code_[code_];
      if (now.op == Op::kMatch) {
        *steps = left;
        return Answer::kMatch;
      }
      if (!step(now) && !back()) {
        *steps = left;
        return full_ ? Answer::kOutOfSteps : Answer::kNoMatch;
      }
      left -= std::min(left, std::exchange(extra_, 0));
    }
    *steps = 0;
    return Answer::kOutOfSteps;
  }

  std::uint64_t end() const { return at_; }
  bool saw_end() const { return saw_end_; }

 private:
  // A way that was left aside. Without initial values: to clear the stack would take longer than
  // most matches.
  struct Other {
    std::uint32_t code;  // the instruction where ways parted
    std::uint64_t at;    // the next place to try, or what a slot held
    std::uint64_t last;  // a run's last place to try
  };
  // Deeper ones are left to RE2.
  static constexpr std::size_t kDepth = 256;

  // False where this way ends.
  bool step(const Instruction& now) {
    switch (now.op) {
      case Op::kSet:
        if (at_ == to_) return end_of_span();
        if (!program_.holds(now.set, text_[at_])) return false;
        ++at_;
        break;
      case Op::kRun:
        return run(now);
      case Op::kEither:
        if (!may_read(now.first)) {
          code_ = now.to;
          return true;
        }
        if (may_read(now.next) && !leave({code_, at_, at_})) return false;
        break;
      case Op::kJump:
        code_ = now.to;
        return true;
      case Op::kSave: {
        std::uint64_t& slot = (*captures_)[now.slot];
        if (depth_ > 0 && !leave({code_, slot, 0})) return false;
        slot = at_;
        break;
      }
      default:
        if (!asserted(now.assertion, text_, at_)) return false;
    }
    ++code_;
    return true;
  }

  bool run(const Instruction& now) {
    const std::uint64_t most = std::min<std::uint64_t>(now.max, to_ - at_);
    std::uint64_t count = 0;
    while (count < most && program_.holds(now.set, text_[at_ + count])) ++count;
    if (at_ + count == to_) end_of_span();
    if (count < now.min) return false;
    extra_ = count / 16;
    const std::uint64_t least = at_ + now.min;
    const std::uint64_t longest = at_ + count;
    if (now.sure || least == longest) {
      at_ = longest;
      ++code_;
      return true;
    }
    return now.lazy ? leave_or_take(now, least, longest) : leave_or_take(now, longest, least);
  }

  // Goes on from the first place, from `place` to `last`, where what comes next may begin; leaves
  // the others aside.
  bool leave_or_take(const Instruction& now, std::uint64_t place, std::uint64_t last) {
    const std::uint64_t first = place;
    const std::uint64_t step = last > place ? 1 : ~std::uint64_t{0};
    if (std::max(place, last) == to_) end_of_span();
    while (!program_.may_read(now.next, text_, place, to_)) {
      if (place == last) return false;
      place += step;
    }
    extra_ += (place > first ? place - first : first - place) / 16;
    if (place != last && !leave({code_, place + step, last})) return false;
    at_ = place;
    ++code_;
    return true;
  }

  // Takes up the last way that was left aside.
  bool back() {
    while (depth_ > 0 && !full_) {
      const Other other = stack_[--depth_];
      const Instruction& then = program_.code_[other.code];
      code_ = other.code;
      if (then.op == Op::kSave) {
        (*captures_)[then.slot] = other.at;
      } else if (then.op == Op::kEither) {
        at_ = other.at;
        code_ = then.to;
        return true;
      } else if (leave_or_take(then, other.at, other.last)) {
        return true;
      }
    }
    return false;
  }

  bool leave(const Other& other) {
    if (depth_ == kDepth) {
      full_ = true;
      return false;
    }
    stack_[depth_++] = other;
    return true;
  }

  bool may_read(std::uint16_t set) {
    if (at_ == to_) end_of_span();
    return program_.may_read(set, text_, at_, to_);
  }
  bool end_of_span() {
    saw_end_ = true;
    return false;
  }

  const RegexProgram& program_;
  ByteView text_;
  std::uint64_t to_;
  Captures* captures_;
  std::uint64_t at_ = 0;
  std::uint32_t code_ = 0;
  std::uint64_t extra_ = 0;  // steps that the last instruction took beyond one
  bool full_ = false;
  bool saw_end_ = false;
  std::size_t depth_ = 0;
  std::array<Other, kDepth> stack_;  // only what is below `depth_` is ever read
};

RegexProgram::Result RegexProgram::match(ByteView text, std::uint64_t start, std::uint64_t to,
                                         std::uint64_t* steps, Captures* captures) const {
  std::fill_n(captures->begin(), std::size_t{2} * groups_, kUnset);
  Run run(*this, text, to, captures);
  const Answer answer = run.from(start, steps);
  (*captures)[0] = start;
  (*captures)[1] = run.end();
  return {answer, run.saw_end() && to < text.size()};
}

}  // namespace dragnet
