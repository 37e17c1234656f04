#include "pack/inflate.h"

#include <libdeflate.h>

#include <new>

namespace dragnet {

void Inflater::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

Inflater::Inflater() : decompressor_(libdeflate_alloc_decompressor()) {
  if (!decompressor_) throw std::bad_alloc();
}

bool Inflater::inflate(ByteView deflated, char* out, std::size_t size, std::size_t* used) {
  // Without a place for the size that came out libdeflate insists on the size asked for.
  return libdeflate_zlib_decompress_ex(decompressor_.get(), deflated.data(), deflated.size(), out,
                                       size, used, nullptr) == LIBDEFLATE_SUCCESS;
}

std::uint32_t pack_crc32(ByteView bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

}  // namespace dragnet
