#include "match/macaroon.h"

#include <cstdint>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/hex.h"

namespace dragnet {

namespace {

std::optional<std::uint64_t> take_length(ByteView* bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 28 && !bytes->empty(); shift += 7) {
    const unsigned byte = octet(bytes->front());
    bytes->remove_prefix(1);
    value |= std::uint64_t{byte & 0x7f} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// The version byte, then fields of type, length and bytes. Location (1), identifier (2), end of
// section (0); caveats, each a section; end; signature (6) of 32 bytes.
std::optional<Macaroon> parse_fields(ByteView bytes) {
  constexpr unsigned kEnd = 0, kLocation = 1, kSignature = 6;
  if (bytes.empty() || octet(bytes.front()) != 2) return std::nullopt;
  bytes.remove_prefix(1);
  Macaroon out;
  for (bool first = true; !bytes.empty(); first = false) {
    const unsigned type = octet(bytes.front());
    bytes.remove_prefix(1);
    if (type == kEnd) continue;
    const auto length = take_length(&bytes);
    if (type > kSignature || !length || *length > bytes.size()) return out;
    const ByteView field = bytes.substr(0, *length);
    bytes.remove_prefix(*length);
    if (first && type == kLocation) out.location = field;
    if (type == kSignature) {
      out.whole = field.size() == 32 && bytes.empty();
      return out;
    }
  }
  return out;
}

}  // namespace

std::optional<Macaroon> parse_macaroon(ByteView secret) {
  if (secret.starts_with("pypi-")) secret.remove_prefix(5);
  auto bytes = from_hex(secret);
  if (!bytes) bytes = decode_base64(secret);
  if (!bytes) bytes = decode_base64(secret.substr(0, secret.size() / 4 * 4));
  if (!bytes) return std::nullopt;
  return parse_fields(*bytes);
}

}  // namespace dragnet
