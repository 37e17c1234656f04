// Which places of a text have the four bytes of a literal's window, but for chance: a table of bits
// asked by a hash.
//
// The table is larger than the first cache and smaller than the second: every place that passes for
// nothing costs more than a look-up that has to wait. With AVX-512 sixteen places are looked up at
// once, by gathers, which takes two thirds of the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/cpu.h"
#include "match/literal_windows.h"
#include "match/window_sieve.h"

namespace dragnet {

class WindowFilter {
 public:
  WindowFilter();

  // `key`: a window's folded bytes.
  void add(std::uint32_t key);
  bool has(std::uint32_t key) const {
    const std::uint32_t bit = hash(key);
    return ((bits_[bit / 32] >> (bit % 32)) & 1) != 0;
  }

  // Of the first `count` places after `bytes` keeps those whose four bytes it has, in order, and
  // some others; returns how many.
  std::size_t keep(const char* bytes, WindowSieve::Places* places, std::size_t count,
                   CpuLevel level) const;

  std::size_t size() const { return bits_.size() * sizeof bits_[0]; }
  bool consistent() const;

  template <typename Archive>
  friend void fields(Archive& a, WindowFilter& filter) {
    a(filter.bits_);
  }

 private:
  static constexpr unsigned kBits = 20;
  static constexpr std::uint32_t kFactor = 0x9E3779B1U;
  static std::uint32_t hash(std::uint32_t key) { return (key * kFactor) >> (32 - kBits); }

  std::size_t keep_sixteen(const char* bytes, std::uint16_t* places, std::size_t count) const;

  std::vector<std::uint32_t> bits_;
};

}  // namespace dragnet
