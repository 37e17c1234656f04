// The index of a work tree: first byte 0 for SHA-1, else SHA-256; then the file, whose checksum is
// put right first, because no fuzzer guesses one.
#include <string>

#include "base/git_hash.h"
#include "fuzz/target.h"
#include "git/index_file.h"

using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t id_size = data[0] == 0 ? 20 : 32;
  std::string bytes(dragnet::fuzz::as_bytes(data + 1, size - 1));
  if (bytes.size() >= id_size) {
    bytes.resize(bytes.size() - id_size);
    const auto sum = dragnet::GitHasher(id_size).hash(bytes);
    if (sum) bytes.append(sum->bytes.begin(), sum->bytes.begin() + id_size);
  }
  const auto entries = dragnet::parse_index_file(bytes, id_size);
  if (!entries.ok()) return 0;
  for (const auto& entry : entries.value()) {
    require(!entry.path.empty() && entry.path.find('\0') == std::string::npos);
    require(entry.id.size == id_size && entry.stage() < 4);
  }
  return 0;
}
