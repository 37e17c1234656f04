#include "match/decode_trail.h"

namespace dragnet {

std::string_view to_string(Decoding decoding) {
  switch (decoding) {
    case Decoding::kNone:
      return "";
    case Decoding::kUtf16Le:
      return "utf-16le";
    case Decoding::kUtf16Be:
      return "utf-16be";
    case Decoding::kBase64:
      return "base64";
    case Decoding::kHex:
      return "hex";
    case Decoding::kPercent:
      return "percent";
    case Decoding::kEscapes:
      return "escapes";
    case Decoding::kHtml:
      return "html";
    case Decoding::kGzip:
      return "gzip";
    case Decoding::kZlib:
      return "zlib";
  }
  return "";
}

std::vector<std::string> DecodeTrail::names() const {
  std::vector<std::string> out;
  out.reserve(levels());
  for (unsigned i = 0; i < levels(); ++i) out.emplace_back(to_string(level(i)));
  return out;
}

}  // namespace dragnet
