// A loose object: the input as an inflated header, as a whole file, and (deflated as stored bytes)
// as what a file inflates to, where the answer must be the obvious one.
#include <string>

#include "fuzz/target.h"
#include "git/loose_object.h"
#include "pack/made_pack.h"

using dragnet::ByteView;
using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = dragnet::fuzz::as_bytes(data, size);
  dragnet::LooseReader reader;
  (void)reader.read_bytes(bytes);
  const auto header = dragnet::parse_loose_header(bytes);
  if (header) {
    require(header->length <= size && bytes[header->length - 1] == '\0');
    std::string again(dragnet::to_string(header->type));
    again += ' ' + std::to_string(header->size);
    require(bytes.substr(0, header->length - 1) == again);
  }
  const auto view = reader.read_bytes(dragnet::test_support::stored_zlib(std::string(bytes)));
  const bool whole = header && size - header->length == header->size;
  require(view.ok() == whole);
  if (whole) require(view.value().bytes == bytes.substr(header->length));
  return 0;
}
