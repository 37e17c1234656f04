// Files of refs: as packed-refs, and as a loose ref. What is read is written again and read again.
#include <algorithm>
#include <string>

#include "fuzz/target.h"
#include "git/ref_parse.h"

using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = dragnet::fuzz::as_bytes(data, size);
  std::vector<std::size_t> damaged;
  const auto refs = dragnet::parse_packed_refs(bytes, &damaged);
  const std::size_t lines =
      1 + static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  require(refs.size() + damaged.size() <= lines);
  std::string again;
  for (const auto& ref : refs) {
    require(!ref.name.empty() && !ref.id.empty());
    again += ref.id.hex() + " " + ref.name + "\n";
  }
  std::vector<std::size_t> none;
  const auto reread = dragnet::parse_packed_refs(again, &none);
  require(none.empty() && reread.size() == refs.size());
  for (std::size_t i = 0; i < refs.size(); ++i) {
    require(reread[i].name == refs[i].name && reread[i].id == refs[i].id);
  }
  const auto loose = dragnet::parse_loose_ref(bytes);
  if (loose) require(loose->id.empty() != loose->symbolic.empty());
  return 0;
}
