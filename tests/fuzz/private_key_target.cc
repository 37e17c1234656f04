// A private key: the first byte picks the form. What parses to its last byte must not with one less
// or one more, and is told in words that a report can print.
#include <string>

#include "base/private_key.h"
#include "fuzz/target.h"

using dragnet::ByteView;
using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes = dragnet::fuzz::as_bytes(data + 1, size - 1);
  const auto parse =
      data[0] % 2 == 0 ? dragnet::parse_der_private_key : dragnet::parse_openssh_private_key;
  const auto key = parse(bytes);
  if (!key) return 0;
  require(!parse(bytes.substr(0, bytes.size() - 1)));
  require(!parse(std::string(bytes) + '\0'));
  const std::string text = key->text();
  require(!text.empty() && text.size() < 200);
  for (const char c : text) require(c >= ' ' && c <= '~');
  return 0;
}
