#include "match/decode_run.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "match/byte_blocks.h"
#include "match/escapes.h"

namespace dragnet {

namespace {

// What follows calls, in order, of a sink
//   byte(c, from, to): the next decoded byte stands for text[from, to)
//   literal(from, to): the next ones are those of text
//   escape(c, from, to): as `byte`, and it is a byte of an escape

template <typename Sink>
void decode_base64_run(ByteView text, const EncodedRun& run, Sink* sink) {
  std::uint32_t bits = 0;
  unsigned have = 0;
  std::uint64_t before = run.begin;  // where the digit before stands
  for (std::uint64_t at = run.begin; at < run.end; ++at) {
    const std::uint8_t value = kBase64Values[static_cast<unsigned char>(text[at])];
    if (value == kNoBase64) continue;  // between lines
    bits = bits << 6 | value;
    have += 6;
    if (have >= 8) {
      have -= 8;
      sink->byte(static_cast<char>(bits >> have & 0xff), before, at + 1);
    }
    before = at;
  }
}

template <typename Sink>
void decode_hex_run(ByteView text, const EncodedRun& run, Sink* sink) {
  bool second = false;
  unsigned value = 0;
  std::uint64_t before = 0;
  for (std::uint64_t at = run.begin; at < run.end; ++at) {
    if (!is_base64(text[at])) continue;
    value = value << 4 | static_cast<unsigned>(hex_value(text[at]));
    if (second) sink->byte(static_cast<char>(value & 0xff), before, at + 1);
    second = !second;
    before = at;
  }
}

template <typename Sink>
void decode_escape_run(ByteView whole, const EncodedRun& run, Sink* sink) {
  const ByteView text = whole.substr(0, run.end);  // no escape goes on after it
  const char introducer = introducer_of(run.kind);
  std::uint64_t literal = run.begin;
  std::uint64_t at = run.begin;
  while ((at = std::min<std::uint64_t>(text.find(introducer, at), run.end)) < run.end) {
    const Escape escape = escape_at(text, at, run.kind);
    if (escape.length == 0) {
      ++at;
      continue;
    }
    sink->literal(literal, at);
    char bytes[4];
    const unsigned size = escape_bytes(escape, bytes);
    for (unsigned i = 0; i < size; ++i) sink->escape(bytes[i], at, at + escape.length);
    literal = at += escape.length;
  }
  sink->literal(literal, run.end);
}

template <typename Sink>
void decode_to(ByteView text, const EncodedRun& run, Sink* sink) {
  if (run.kind == Decoding::kBase64) {
    decode_base64_run(text, run, sink);
  } else if (run.kind == Decoding::kHex) {
    decode_hex_run(text, run, sink);
  } else {
    decode_escape_run(text, run, sink);
  }
}

struct ByteSink {
  ByteView text;
  char* out;
  EscapedBits* escaped;
  std::uint64_t bit;
  DecodedRunInfo info;

  void byte(char c, std::uint64_t, std::uint64_t) { out[info.size++] = c; }
  void literal(std::uint64_t from, std::uint64_t to) {
    std::memcpy(out + info.size, text.data() + from, to - from);
    info.size += to - from;
  }
  void escape(char c, std::uint64_t, std::uint64_t) {
    for (const Decoding kind : {Decoding::kEscapes, Decoding::kPercent, Decoding::kHtml}) {
      if (c == introducer_of(kind)) info.made = info.made.with(kind);
    }
    if (escaped != nullptr) escaped->set(bit + info.size);
    out[info.size++] = c;
  }
};

// Answers sorted queries while the run goes by.
struct OffsetSink {
  std::vector<OffsetQuery>* queries;
  std::size_t next = 0;
  std::uint64_t size = 0;  // decoded bytes that went by

  // The byte that a query is about.
  static std::uint64_t about(const OffsetQuery& query) {
    return *query.offset - (query.end && *query.offset > 0 ? 1 : 0);
  }
  void byte(char, std::uint64_t from, std::uint64_t to) {
    for (; next < queries->size() && about((*queries)[next]) == size; ++next) {
      const OffsetQuery& query = (*queries)[next];
      *query.offset = query.end && *query.offset > 0 ? to : from;
    }
    ++size;
  }
  void escape(char c, std::uint64_t from, std::uint64_t to) { byte(c, from, to); }
  void literal(std::uint64_t from, std::uint64_t to) {
    for (; next < queries->size() && about((*queries)[next]) < size + (to - from); ++next) {
      *(*queries)[next].offset += from - size;
    }
    size += to - from;
  }
};

}  // namespace

bool EscapedBits::any(std::uint64_t from, std::uint64_t to) const {
  if (from >= to) return false;
  const std::uint64_t first = from / 64;
  const std::uint64_t last = (to - 1) / 64;
  for (std::uint64_t i = first; i <= last; ++i) {
    std::uint64_t word = words_[i];
    if (i == first) word &= ~std::uint64_t{0} << (from % 64);
    if (i == last) word &= ~std::uint64_t{0} >> (63 - (to - 1) % 64);
    if (word != 0) return true;
  }
  return false;
}

DecodedRunInfo decode_run(ByteView text, const EncodedRun& run, char* out, EscapedBits* escaped,
                          std::uint64_t bit) {
  ByteSink sink{text, out, escaped, bit, {}};
  decode_to(text, run, &sink);
  return sink.info;
}

void map_offsets(ByteView text, const EncodedRun& run, std::vector<OffsetQuery>* queries) {
  std::sort(queries->begin(), queries->end(), [](const OffsetQuery& a, const OffsetQuery& b) {
    return OffsetSink::about(a) < OffsetSink::about(b);
  });
  OffsetSink sink{queries};
  decode_to(text, run, &sink);
  for (; sink.next < queries->size(); ++sink.next) *(*queries)[sink.next].offset = run.end;
}

}  // namespace dragnet
