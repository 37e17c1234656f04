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
// than one is left: a hash table tells which literals have such a window, and each is compared as
// it is, case and all. Near the edges of the text, where a window may lie outside, each place is
// looked up by the last bytes of a literal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "match/cpu.h"
#include "match/literal_windows.h"
#include "match/piece.h"
#include "match/precheck.h"
#include "match/window_filter.h"
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
    a(matcher.sieve_), a(matcher.filter_), a(matcher.slots_), a(matcher.windows_);
    a(matcher.literals_), a(matcher.heads_), a(matcher.patterns_);
    a(matcher.edge_filter_), a(matcher.tail_starts_), a(matcher.tails_);
  }

 private:
  // The windows of a hash: what can stand right before and after them, as bits of folded bytes, and
  // the first of them in `windows_`; the next slot tells where they end.
  struct Slot {
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    std::uint32_t first = 0;

    template <typename Archive>
    friend void fields(Archive& a, Slot& slot) {
      a(slot.before), a(slot.after), a(slot.first);
    }
  };
  // A literal's last eight bytes, where there are so many, and which of their bits count.
  struct Tail {
    std::uint64_t value = 0;
    std::uint64_t mask = 0;

    bool is(std::uint64_t bytes) const { return (bytes & mask) == value; }
    bool operator==(const Tail&) const = default;

    template <typename Archive>
    friend void fields(Archive& a, Tail& tail) {
      a(tail.value), a(tail.mask);
    }
  };
  // Holds its literal's tail, because most places that come so far are refused by that.
  struct Window {
    Tail tail;
    std::uint32_t literal = 0;  // index
    std::uint32_t ahead = 0;    // from the window's start to the literal's end

    template <typename Archive>
    friend void fields(Archive& a, Window& window) {
      a(window.tail), a(window.literal), a(window.ahead);
    }
  };
  struct Entry {
    Tail tail;
    LiteralSides sides;  // for any of its patterns
    std::uint32_t length = 0;
    std::uint32_t head = 0;  // where what precedes the tail starts in `heads_`
    std::uint32_t first_pattern = 0;
    std::uint32_t pattern_count = 0;

    bool may_stand(const char* end) const;

    template <typename Archive>
    friend void fields(Archive& a, Entry& entry) {
      a(entry.tail), a(entry.sides), a(entry.length), a(entry.head);
      a(entry.first_pattern), a(entry.pattern_count);
    }
  };
  struct Target;
  struct HashedWindow;
  struct Asked;

  void add_entry(const Literal& literal);
  void add_window(const LiteralWindow& window, const std::vector<std::uint32_t>& keys,
                  std::uint32_t literal, std::vector<HashedWindow>* windows);
  void index_windows(std::vector<HashedWindow> windows);
  void index_tails(const std::vector<Literal>& literals);
  void look_up_end(const Target& target, std::uint64_t word, std::uint64_t end) const;
  void scan_edges(const Target& target) const;
  std::size_t find_places(const Target& target, std::size_t from, std::size_t to,
                          WindowSieve::Places* places) const;
  void compare(const Target& target, Asked* asked) const;
  void scan_block(const Target& target, std::size_t from, std::size_t to) const;
  void report(const Target& target, const Entry& entry, std::uint64_t end) const;

  WindowSieve sieve_;
  WindowFilter filter_;
  std::vector<Slot> slots_;  // of each hash of a window
  std::vector<Window> windows_;
  std::vector<Entry> literals_;
  std::vector<std::uint16_t> heads_;  // letters
  std::vector<std::uint32_t> patterns_;
  std::vector<std::uint32_t> edge_filter_;  // of hashes of the last three bytes, bits
  std::vector<std::uint32_t> tail_starts_;  // of each hash of the last two bytes, in `tails_`
  std::vector<std::uint32_t> tails_;        // literals
};

}  // namespace dragnet
