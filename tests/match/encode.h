// Text written in the ways that the scanner decodes.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "base/bytes.h"
#include "base/hex.h"
#include "match/decode_trail.h"

namespace dragnet::test_support {

inline ByteString to_base64(ByteView text, bool url = false, std::size_t line = 0,
                            ByteView line_break = "\n") {
  const char* digits = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                           : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  ByteString out;
  std::size_t column = 0;
  const auto put = [&](char c) {
    if (line > 0 && column == line) {
      out += line_break;
      column = 0;
    }
    out += c;
    ++column;
  };
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (i + k <= text.size()) {
        put(digits[bits >> (18 - 6 * k) & 63]);
      } else if (!url) {
        put('=');
      }
    }
  }
  return out;
}

inline ByteString to_utf16(ByteView text, bool big_endian) {
  ByteString out;
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

// As inside the quotes of a string of most languages: what has a letter of its own, a backslash
// before each of `escaped`, and every other byte as `other` (char to ByteString) writes it.
template <typename Other>
ByteString to_string_body(ByteView text, ByteView escaped, const Other& other) {
  ByteString out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (escaped.find(c) != ByteView::npos) {
      out += {'\\', c};
    } else {
      out += other(c);
    }
  }
  return out;
}

// As inside the quotes of a string of JSON; `all` writes letters as \u, too.
inline ByteString to_escapes(ByteView text, bool all = false) {
  return to_string_body(text, "\"\\", [&](char c) {
    return octet(c) < 0x20 || all ? "\\u00" + to_hex(ByteView(&c, 1)) : ByteString(1, c);
  });
}

inline ByteString to_percent(ByteView text) {
  ByteString out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? ByteString(1, c) : "%" + to_hex(ByteView(&c, 1));
  }
  return out;
}

inline ByteString to_html(ByteView text) {
  ByteString out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "&quot;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '=':
        out += "&#x3D;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

inline ByteString deflated(ByteView text, bool gzip) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + (gzip ? 16 : 0), 8,
               Z_DEFAULT_STRATEGY);
  ByteString out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline ByteString encoded(ByteView text, Decoding decoding) {
  switch (decoding) {
    case Decoding::kNone:
      break;
    case Decoding::kUtf16Le:
      return to_utf16(text, false);
    case Decoding::kUtf16Be:
      return to_utf16(text, true);
    case Decoding::kBase64:
      return to_base64(text);
    case Decoding::kHex:
      return to_hex(text);
    case Decoding::kPercent:
      return to_percent(text);
    case Decoding::kEscapes:
      return to_escapes(text);
    case Decoding::kHtml:
      return to_html(text);
    case Decoding::kGzip:
      return deflated(text, true);
    case Decoding::kZlib:
      return deflated(text, false);
  }
  return ByteString(text);
}

}  // namespace dragnet::test_support
