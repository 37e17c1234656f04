// Random regexes with a string that each matches, for property tests.
#pragma once

#include <random>
#include <string>

namespace dragnet {

// A regex in RE2 syntax and text that it matches as a whole. The alphabet is small, so that pieces
// of one match turn up in others.
struct RegexSample {
  std::string regex;
  std::string match;
};

class RegexGenerator {
 public:
  explicit RegexGenerator(std::uint32_t seed) : random_(seed) {}

  // `depth` bounds nesting. With `unbounded`, * + and {n,} occur too.
  RegexSample sequence(int depth, bool unbounded) {
    RegexSample out;
    const int count = 1 + pick(4);
    for (int i = 0; i < count; ++i) {
      const RegexSample part = repeated(depth, unbounded);
      out.regex += part.regex;
      out.match += part.match;
    }
    return out;
  }

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string noise(int most) {
    std::string out;
    for (int i = pick(most + 1); i > 0; --i) out += "abcxyzAB01_- =\n"[pick(15)];
    return out;
  }

 private:
  RegexSample atom(int depth, bool unbounded) {
    switch (pick(depth > 0 ? 8 : 5)) {
      case 0:
      case 1: {
        const char c = "abcxyz01_="[pick(10)];
        return {std::string(1, c), std::string(1, c)};
      }
      case 2:
        return {"[a-c]", std::string(1, "abc"[pick(3)])};
      case 3:
        return {"[0-9a-f]", std::string(1, "0129abf"[pick(7)])};
      case 4:
        return pick(2) != 0 ? RegexSample{"(?i:ab)", pick(2) != 0 ? "Ab" : "aB"}
                            : RegexSample{"\\w", "x"};
      case 5: {
        const RegexSample left = sequence(depth - 1, unbounded);
        const RegexSample right = sequence(depth - 1, unbounded);
        return {"(?:" + left.regex + "|" + right.regex + ")",
                pick(2) != 0 ? left.match : right.match};
      }
      default: {
        const RegexSample inner = sequence(depth - 1, unbounded);
        return {"(" + inner.regex + ")", inner.match};
      }
    }
  }

  RegexSample repeated(int depth, bool unbounded) {
    const RegexSample part = atom(depth, unbounded);
    switch (pick(unbounded ? 8 : 6)) {
      case 0:
        return {part.regex + "?", pick(2) != 0 ? part.match : ""};
      case 1: {
        const int low = pick(3);
        const int high = low + pick(4);
        return times(part, low + (high > low ? pick(high - low + 1) : 0),
                     "{" + std::to_string(low) + "," + std::to_string(high) + "}");
      }
      case 2: {
        const int count = 1 + pick(4);
        return times(part, count, "{" + std::to_string(count) + "}");
      }
      case 6:
        return times(part, pick(4), "*");
      case 7:
        return times(part, 1 + pick(4), "+?");
      default:
        return part;
    }
  }

  static RegexSample times(const RegexSample& part, int count, const std::string& suffix) {
    RegexSample out{part.regex + suffix, ""};
    for (int i = 0; i < count; ++i) out.match += part.match;
    return out;
  }

  std::mt19937 random_;
};

}  // namespace dragnet
