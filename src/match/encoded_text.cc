#include "match/encoded_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/base64.h"

namespace dragnet {

namespace {

constexpr std::size_t kLeastText = 6;
constexpr std::size_t kLeastPadded = 4;

bool is_text(char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::optional<ByteString> text_in_base64(ByteView value) {
  const bool padded = value.ends_with('=');
  if (value.size() < kLeastText || (value.size() % 4 != 0 && padded) || value.size() % 4 == 1) {
    return std::nullopt;
  }
  auto bytes = decode_base64(value);
  if (!bytes || !std::all_of(bytes->begin(), bytes->end(), is_text)) return std::nullopt;
  while (!bytes->empty() && (bytes->back() == '\n' || bytes->back() == '\r')) bytes->pop_back();
  if (bytes->size() < (padded ? kLeastPadded : kLeastText)) return std::nullopt;
  if (bytes->front() == '{' || bytes->front() == '[') return std::nullopt;
  return bytes;
}

}  // namespace dragnet
