// Instructions of deltas made up at random, as git writes them and as it never would, and the slow
// obvious way to carry them out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>

namespace dragnet::test_support {

// One copy instruction. Bytes that are zero are left out as git does, or written anyway.
inline std::string copy_instruction(std::size_t offset, std::size_t size, bool whole) {
  std::string operands;
  unsigned code = 0x80;
  for (unsigned i = 0; i < 7; ++i) {
    const std::size_t byte = (i < 4 ? offset >> 8 * i : size >> 8 * (i - 4)) & 255;
    if (byte == 0 && !whole) continue;
    code |= 1U << i;
    operands += static_cast<char>(byte);
  }
  return std::string(1, static_cast<char>(code)) + operands;
}

// At most `steps` instructions for a base of this size; the result stays small. Copies overlap, go
// back, repeat and go on where the last one ended.
template <typename Random>
std::string random_instructions(Random* random, std::size_t base, unsigned steps) {
  const auto below = [random](std::size_t n) { return static_cast<std::size_t>((*random)() % n); };
  std::string out;
  std::size_t last_end = 0;
  for (std::size_t i = below(steps + 1); i > 0; --i) {
    if (base == 0 || below(3) == 0) {
      const std::size_t count = below(8) == 0 ? 127 : 1 + below(12);
      out += static_cast<char>(count);
      for (std::size_t j = 0; j < count; ++j) out += static_cast<char>(below(256));
      continue;
    }
    const std::size_t offset = below(3) == 0 && last_end < base ? last_end : below(base);
    std::size_t size = 1 + below(std::min<std::size_t>(base - offset, below(4) == 0 ? 4000 : 40));
    if (base - offset >= 65536 && below(4) == 0) size = 65536;
    last_end = offset + size;
    // A size of 65,536 is a size of no bytes, or of three.
    out += copy_instruction(offset, size == 65536 && below(2) == 0 ? 0 : size, below(4) == 0);
  }
  return out;
}

// What the instructions make of `base`; nothing where they reach outside of it or are cut off.
inline std::optional<std::string> slow_apply(const std::string& base,
                                             const std::string& instructions) {
  std::string out;
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<std::size_t> {
    if (at == instructions.size()) return std::nullopt;
    return static_cast<unsigned char>(instructions[at++]);
  };
  while (at < instructions.size()) {
    const std::size_t code = *next();
    if (code == 0) return std::nullopt;
    std::size_t fields[2] = {0, code};  // offset, size
    if (code >= 128) {
      fields[1] = 0;
      for (unsigned bit = 0; bit < 7; ++bit) {
        if ((code >> bit & 1) == 0) continue;
        const auto byte = next();
        if (!byte) return std::nullopt;
        fields[bit / 4] |= *byte << 8 * (bit % 4);
      }
      if (fields[1] == 0) fields[1] = 65536;
    }
    for (std::size_t i = 0; i < fields[1]; ++i) {
      if (code >= 128) {
        if (fields[0] + i >= base.size()) return std::nullopt;
        out += base[fields[0] + i];
      } else {
        const auto byte = next();
        if (!byte) return std::nullopt;
        out += static_cast<char>(*byte);
      }
    }
  }
  return out;
}

}  // namespace dragnet::test_support
