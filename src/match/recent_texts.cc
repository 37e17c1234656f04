#include "match/recent_texts.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"

namespace dragnet {

namespace {

std::uint32_t check_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

}  // namespace

RecentTexts::Key RecentTexts::key_of(ByteView text, std::uint16_t kind) {
  return {text, kind, hash64(text, kind)};
}

std::optional<RecentTexts::Known> RecentTexts::find(const Key& key) const {
  if (slots_.empty() || key.text.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_of(key)];
  if (slot.check != check_of(key.hash) || slot.size != key.text.size() || slot.kind != key.kind) {
    return std::nullopt;
  }
  if (next_ > slot.at + kRing) return std::nullopt;  // written over
  const char* text = ring_.data() + slot.at % kRing;
  if (std::memcmp(text, key.text.data(), slot.size) != 0) return std::nullopt;
  return Known{ByteView(text + slot.size, slot.note_size), slot.quiet, slot.at};
}

std::uint64_t RecentTexts::note(const Key& key, ByteView what) {
  const std::size_t size = key.text.size() + what.size();
  if (key.text.empty() || key.text.size() > kMaxText || what.size() > kMaxNote) return kNoId;
  if (slots_.empty()) {
    slots_.resize(std::size_t{1} << kSlotBits);
    ring_.assign(kRing, '\0');
  }
  const std::size_t room = kRing - next_ % kRing;
  if (size > room) next_ += room;
  char* out = ring_.data() + next_ % kRing;
  std::memcpy(out, key.text.data(), key.text.size());
  std::copy(what.begin(), what.end(), out + key.text.size());
  Slot& slot = slots_[slot_of(key)];
  slot.at = next_;
  slot.check = check_of(key.hash);
  slot.size = static_cast<std::uint16_t>(key.text.size());
  slot.kind = key.kind;
  slot.note_size = static_cast<std::uint8_t>(what.size());
  slot.quiet = false;
  next_ += size;
  return slot.at;
}

void RecentTexts::set_quiet(const Key& key, std::uint64_t id) {
  if (id == kNoId || slots_.empty()) return;
  Slot& slot = slots_[slot_of(key)];
  if (slot.at == id && slot.size != 0) slot.quiet = true;
}

}  // namespace dragnet
