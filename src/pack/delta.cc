#include "pack/delta.h"

#include <bitset>
#include <cstring>

namespace dragnet {

namespace {

constexpr std::size_t kDefaultCopy = 0x10000;
// An instruction copies at most 16 MiB and is four bytes long then: no delta makes more of a byte.
constexpr std::uint64_t kMaxMadeOfByte = 4 << 20;

// Bytes that follow a copy's first one.
constexpr std::ptrdiff_t kMostOperands = 7;
std::ptrdiff_t operands_of(unsigned code) {
  return static_cast<std::ptrdiff_t>(std::bitset<7>(code).count());
}

// Adds a step, as part of the one before where it goes on from that.
void add_op(std::vector<DeltaOp>* ops, std::uint64_t target, std::uint64_t size,
            std::uint64_t base) {
  if (!ops->empty()) {
    DeltaOp& last = ops->back();
    const bool goes_on =
        base == DeltaOp::kInsert ? last.inserts() : !last.inserts() && last.base_end() == base;
    if (goes_on) {
      last.size += size;
      return;
    }
  }
  ops->push_back({target, size, base});
}

}  // namespace

std::optional<std::uint64_t> take_size(ByteView* bytes, unsigned shift, std::uint64_t value) {
  while (!bytes->empty() && shift < 64) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    const std::uint64_t part = byte & 0x7fU;
    if (part != 0 && (part << shift) >> shift != part) return std::nullopt;
    value |= part << shift;
    if ((byte & 0x80U) == 0) return value;
    shift += 7;
  }
  return std::nullopt;
}

std::optional<DeltaSizes> take_delta_sizes(ByteView* delta) {
  const auto base = take_size(delta);
  if (!base) return std::nullopt;
  const auto result = take_size(delta);
  if (!result || *result / kMaxMadeOfByte > delta->size()) return std::nullopt;
  return DeltaSizes{*base, *result};
}

bool apply_delta(ByteView base, ByteView instructions, char* out, std::size_t size,
                 std::vector<DeltaOp>* ops) {
  if (ops != nullptr) ops->clear();
  const auto* at = reinterpret_cast<const unsigned char*>(instructions.data());
  const unsigned char* const end = at + instructions.size();
  std::size_t made = 0;
  while (at < end) {
    const unsigned code = *at++;
    std::size_t offset = 0;
    std::size_t count = code;
    const char* from = nullptr;
    if ((code & 0x80U) != 0) {
      if (end - at < kMostOperands && end - at < operands_of(code)) return false;
      count = 0;
      if ((code & 0x01U) != 0) offset = *at++;
      if ((code & 0x02U) != 0) offset |= std::size_t{*at++} << 8;
      if ((code & 0x04U) != 0) offset |= std::size_t{*at++} << 16;
      if ((code & 0x08U) != 0) offset |= std::size_t{*at++} << 24;
      if ((code & 0x10U) != 0) count = *at++;
      if ((code & 0x20U) != 0) count |= std::size_t{*at++} << 8;
      if ((code & 0x40U) != 0) count |= std::size_t{*at++} << 16;
      if (count == 0) count = kDefaultCopy;
      if (offset > base.size() || count > base.size() - offset) return false;
      from = base.data() + offset;
    } else {
      if (code == 0 || static_cast<std::size_t>(end - at) < count) return false;
      from = reinterpret_cast<const char*>(at);
      at += count;
    }
    if (count > size - made) return false;
    std::memcpy(out + made, from, count);
    if (ops != nullptr) {
      add_op(ops, made, count, (code & 0x80U) != 0 ? offset : DeltaOp::kInsert);
    }
    made += count;
  }
  return made == size;
}

}  // namespace dragnet
