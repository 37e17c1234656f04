// A delta: a byte for the size of the base, which is made up, then the delta with its sizes. It is
// applied by an obvious implementation too, which reads one byte after the other.
#include <optional>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "pack/delta.h"

using dragnet::ByteView;
using dragnet::DeltaOp;
using dragnet::fuzz::require;

namespace {

constexpr std::uint64_t kMaxResult = 1 << 20;

std::optional<std::string> slow_apply(const std::string& base, ByteView delta, std::size_t size) {
  std::string out;
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<std::size_t> {
    if (at == delta.size()) return std::nullopt;
    return static_cast<unsigned char>(delta[at++]);
  };
  while (at < delta.size()) {
    const std::size_t code = *next();
    if (code == 0) return std::nullopt;
    if (code < 128) {
      for (std::size_t i = 0; i < code; ++i) {
        const auto byte = next();
        if (!byte) return std::nullopt;
        out += static_cast<char>(*byte);
      }
    } else {
      std::size_t fields[2] = {0, 0};  // offset, size
      for (unsigned bit = 0; bit < 7; ++bit) {
        if ((code >> bit & 1) == 0) continue;
        const auto byte = next();
        if (!byte) return std::nullopt;
        fields[bit / 4] |= *byte << 8 * (bit % 4);
      }
      if (fields[1] == 0) fields[1] = 65536;
      for (std::size_t i = 0; i < fields[1]; ++i) {
        if (fields[0] + i >= base.size() || out.size() == size) return std::nullopt;
        out += base[fields[0] + i];
      }
    }
    if (out.size() > size) return std::nullopt;
  }
  if (out.size() != size) return std::nullopt;
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string base;
  for (std::size_t i = 0; i < std::size_t{data[0]} * 5; ++i) base += static_cast<char>(i * 7);
  ByteView delta = dragnet::fuzz::as_bytes(data + 1, size - 1);
  const auto sizes = dragnet::take_delta_sizes(&delta);
  if (!sizes || sizes->result > kMaxResult) return 0;
  const std::size_t length = static_cast<std::size_t>(sizes->result);
  std::string out(length, '\0');
  std::vector<DeltaOp> ops;
  const bool applied = dragnet::apply_delta(base, delta, out.data(), length, &ops);
  const auto expected = slow_apply(base, delta, length);
  require(applied == expected.has_value());
  if (!applied) return 0;
  require(out == *expected);
  std::uint64_t at = 0;
  for (const DeltaOp& op : ops) {
    require(op.target == at && op.size > 0);
    if (!op.inserts()) {
      require(ByteView(base).substr(op.base, op.size) == ByteView(out).substr(at, op.size));
    }
    at = op.target_end();
  }
  require(at == length);
  return 0;
}
