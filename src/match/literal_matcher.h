// Thousands of short literals looked for at once, at some 0.7 ns a byte.
//
// Hyperscan's matcher for literals slows down with their number, most of all by those of three and
// four bytes, because it knows nothing of what stands around them. Here every literal is looked for
// by a window: four bytes of it, with the bytes next to it where it has less. What may stand there
// is known from its rule, and every combination is listed.
//
// A sieve (window_sieve.h) tells which places may start a window; of these a hash of the four bytes
// (case folded) asks a table of bits, then the bytes to both sides of the window are looked up by
// another one, without a branch, because none would be easy to foresee. Of a hundred places less
// than one is left: a hash table tells which windows have these very bytes, and the
// literal is compared as it is, case and all. Near the edges of the text, where a window may lie
// outside, each place is looked up by the last two bytes of a literal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "match/cpu.h"
#include "match/piece.h"
#include "match/precheck.h"
#include "match/window_sieve.h"

namespace dragnet {

// One anchor: `pattern` is its index in the database, `end` the offset after its last byte, the
// tail included, in the bytes that were scanned.
struct AnchorHit {
  std::uint32_t pattern;
  std::uint32_t end;
};

class LiteralMatcher {
 public:
  struct Pattern {
    std::uint32_t id = 0;
    std::vector<Literal> literals;
    const AnchorGlance* glance = nullptr;  // of what may stand around it; none: anything
  };

  // Whether these literals can be looked for here.
  static bool takes(const Pattern& pattern);
  static LiteralMatcher build(std::span<const Pattern> patterns);

  bool empty() const { return literals_.empty(); }
  // Bytes of memory.
  std::size_t size() const;
  // Whether every index in what was read from bytes is one.
  bool consistent() const;

  // Appends the hits in `bytes` (less than 4 GiB) of every pattern whose glance, by id, agrees, by
  // where they end: each once, in order. May throw std::bad_alloc.
  // What is found does not depend on `level`, which may not exceed the machine's.
  void scan(ByteView bytes, std::span<const AnchorGlance> glances, std::vector<AnchorHit>* hits,
            CpuLevel level = cpu_level()) const;

  template <typename Archive>
  friend void fields(Archive& a, LiteralMatcher& matcher) {
    a(matcher.sieve_), a(matcher.filter_), a(matcher.beside_), a(matcher.starts_);
    a(matcher.windows_);
    a(matcher.literals_);
    a(matcher.heads_), a(matcher.patterns_), a(matcher.tail_starts_), a(matcher.tails_);
  }

 private:
  // What can stand right before and after the windows of a hash, as bits of folded bytes.
  struct Beside {
    std::uint32_t before = 0;
    std::uint32_t after = 0;

    template <typename Archive>
    friend void fields(Archive& a, Beside& beside) {
      a(beside.before), a(beside.after);
    }
  };
  struct Window {
    std::uint32_t key = 0;      // four bytes, folded
    std::uint32_t literal = 0;  // index
    std::uint32_t ahead = 0;    // from the window's start to the literal's end

    template <typename Archive>
    friend void fields(Archive& a, Window& window) {
      a(window.key), a(window.literal), a(window.ahead);
    }
  };
  struct Entry {
    std::uint64_t value = 0;  // the last eight bytes, where there are so many
    std::uint64_t mask = 0;   // which of their bits count
    std::uint32_t length = 0;
    std::uint32_t head = 0;  // where what precedes those eight starts in `heads_`
    std::uint32_t first_pattern = 0;
    std::uint32_t pattern_count = 0;

    template <typename Archive>
    friend void fields(Archive& a, Entry& entry) {
      a(entry.value), a(entry.mask), a(entry.length), a(entry.head);
      a(entry.first_pattern), a(entry.pattern_count);
    }
  };
  struct Target;

  void add_entry(const Literal& literal);
  void add_window(const LiteralWindow& window, const std::vector<std::uint32_t>& keys,
                  std::uint32_t literal);
  void index_windows();
  void index_tails(const std::vector<Literal>& literals);
  void scan_edge(const Target& target, std::uint64_t end) const;
  void scan_block(const Target& target, std::size_t from, std::size_t to) const;
  void report(const Target& target, const Entry& entry, std::uint64_t end) const;

  WindowSieve sieve_;
  std::vector<std::uint32_t> filter_;
  std::vector<Beside> beside_;
  std::vector<std::uint32_t> starts_;  // of each hash of a window, in `windows_`
  std::vector<Window> windows_;
  std::vector<Entry> literals_;
  std::vector<std::uint16_t> heads_;  // letters
  std::vector<std::uint32_t> patterns_;
  std::vector<std::uint32_t> tail_starts_;  // of each hash of the last two bytes, in `tails_`
  std::vector<std::uint32_t> tails_;        // literals
};

}  // namespace dragnet
