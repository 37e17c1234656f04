#include "base/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace dragnet {

struct PrefixInflater::State {
  z_stream stream{};
  bool ready = false;
};

PrefixInflater::PrefixInflater(Format format) : state_(std::make_unique<State>()) {
  // zlib takes the format with the window's size.
  const int window = MAX_WBITS + (format == Format::kGzip ? 16 : 0);
  state_->ready = inflateInit2(&state_->stream, window) == Z_OK;
}

PrefixInflater::~PrefixInflater() {
  if (state_ && state_->ready) inflateEnd(&state_->stream);
}

PrefixInflater::PrefixInflater(PrefixInflater&&) noexcept = default;

PrefixInflater& PrefixInflater::operator=(PrefixInflater&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

PrefixInflater::Outcome PrefixInflater::inflate(ByteView deflated, char* out,
                                                std::size_t capacity) {
  constexpr std::size_t kMax = std::numeric_limits<uInt>::max();
  if (!state_->ready || inflateReset(&state_->stream) != Z_OK) return {0, false, true};
  z_stream& stream = state_->stream;
  // zlib does not write through next_in; its type has no const without a build option.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
  stream.next_out = reinterpret_cast<Bytef*>(out);
  std::size_t in_left = deflated.size();
  Outcome outcome;
  // zlib counts in 32 bits, so larger objects take several rounds.
  while (outcome.produced < capacity && !outcome.ended) {
    const uInt in = static_cast<uInt>(std::min(in_left, kMax));
    const uInt room = static_cast<uInt>(std::min(capacity - outcome.produced, kMax));
    stream.avail_in = in;
    stream.avail_out = room;
    const int status = ::inflate(&stream, Z_SYNC_FLUSH);
    in_left -= in - stream.avail_in;
    outcome.produced += room - stream.avail_out;
    outcome.ended = status == Z_STREAM_END;
    outcome.damaged = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR;
    const bool progress = stream.avail_in != in || stream.avail_out != room;
    if (outcome.damaged || !progress) break;
  }
  return outcome;
}

}  // namespace dragnet
