// Short texts that were looked at lately, with what was noted of each.
//
// A pack holds many deltas of one base, and most of what one of them inserts its siblings insert
// too: two thirds of the bytes between seams stand in a window that was scanned shortly before. A
// text is known again by a hash that says where it would be, and then by comparing every byte: a
// wrong answer is not unlikely but impossible, whatever a repository was made for.
//
// What is noted lies next to the text in a ring, in which new texts write over the oldest. One
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

class RecentTexts {
 public:
  // Longer texts, and texts with longer notes, are not kept. Bytes.
  static constexpr std::size_t kMaxText = 4096;
  static constexpr std::size_t kMaxNote = 255;

  // A text and what else has to be the same; the bytes must outlive it.
  struct Key {
    ByteView text;
    std::uint16_t kind = 0;
    std::uint64_t hash = 0;
  };
  static Key key_of(ByteView text, std::uint16_t kind);

  // Lets the processor fetch what `find` will ask for.
  void prefetch(const Key& key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[slot_of(key)]);
  }

  // What was noted last of the same text and kind, if that is still known. The note lives until the
  // next call of `note`.
  struct Known {
    ByteView note;
    bool quiet = false;    // `set_quiet` was called for it
    std::uint64_t id = 0;  // of this note, and of no other
  };
  std::optional<Known> find(const Key& key) const;

  // May forget others. Returns the note's id; kNoId where it is not kept. The first call allocates
  // all memory there will be.
  static constexpr std::uint64_t kNoId = ~std::uint64_t{0};
  std::uint64_t note(const Key& key, ByteView what);

  // One more thing to know of the text, unless it was forgotten since `id` was got.
  void set_quiet(const Key& key, std::uint64_t id);

 private:
  static constexpr unsigned kSlotBits = 14;
  static constexpr std::size_t kRing = std::size_t{2} << 20;
  // Where a text is: its note follows it. Offsets ascend for ever, modulo kRing they are places.
  struct Slot {
    std::uint64_t at = 0;
    std::uint32_t check = 0;  // bits of the hash, so that most other texts are not compared
    std::uint16_t size = 0;   // of no text 0
    std::uint16_t kind = 0;
    std::uint8_t note_size = 0;
    bool quiet = false;
  };

  static std::size_t slot_of(const Key& key) { return key.hash >> (64 - kSlotBits); }

  std::vector<Slot> slots_;
  ByteString ring_;
  std::uint64_t next_ = 0;
};

}  // namespace dragnet
