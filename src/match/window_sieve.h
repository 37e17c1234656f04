// Which places of a text may start the window of a literal: 64 of them asked at once.
//
// The windows are spread over sixteen buckets. A table for each of a window's four bytes says in
// which buckets some window has such a byte there, as bits; three more tables say the same of each
// two bytes that follow each other, by a hash of six bits. Where the seven answers have a bucket in
// common, a window may start. The tables fit in registers: with AVX-512 VBMI a look-up of 64 bytes
// is one instruction, so nothing depends on what the caches hold, and with GFNI so is the choice of
// the bits that it is asked with. Without them there is no sieve: done by halves of a byte with
// AVX2 it took longer than it saved. Which windows share a bucket is chosen by window_buckets.h.
//
// This is the idea of Hyperscan's literal matchers (X. Wang et al., Hyperscan, NSDI 2019, section
// 4.2), with tables that are registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/cpu.h"
#include "match/literal_windows.h"

namespace dragnet {

class WindowSieve {
 public:
  // Places that are asked for at once at most.
  static constexpr std::size_t kBlock = 4096;
  using Places = std::array<std::uint16_t, kBlock + 64>;

  // For literals, each of which has these windows, at least one. Writes which one of its windows
  // each is looked for by.
  static WindowSieve build(const std::vector<std::vector<LiteralWindow>>& literals,
                           std::vector<std::size_t>* chosen);

  // Whether a machine of that level can ask it.
  static bool may_use(CpuLevel level);

  // Writes each place in `bytes` (kWindowSize to kBlock + kWindowSize - 1 of them) where a window
  // starts, in order; and some others. Returns how many. Only where `may_use`.
  std::size_t scan(ByteView bytes, Places* places) const;

  bool consistent() const;

  template <typename Archive>
  friend void fields(Archive& a, WindowSieve& sieve) {
    a(sieve.tables_);
  }

 private:
  // [bucket / 8][byte or pair][its six bits]: of eight buckets a bit each.
  std::string tables_;
};

}  // namespace dragnet
