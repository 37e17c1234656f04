#include "match/pem.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/base64.h"

namespace dragnet {

namespace {

bool is_base64(char c) { return is_digit(c) || is_letter(c) || c == '+' || c == '/' || c == '='; }

// The base64 of a line of a file or of code: what joins string literals (+) and begins a comment
// (//) is none.
void append_base64(ByteView line, ByteString* out) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_base64(line[end])) ++end;
    const ByteView run = line.substr(at, end - at);
    if (run != "+" && run != "//") out->append(run);
    at = std::max(end, at + 1);
  }
}

// With every escape, however deep, as one newline: only line ends stand escaped in PEM.
ByteString unescaped(ByteView text) {
  ByteString out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    while (i + 1 < text.size() && text[i + 1] == '\\') ++i;
    if (i + 1 < text.size()) ++i;
    if (text[i] == '/') {
      out += '/';  // JSON may write a slash so
    } else {
      out += '\n';
    }
  }
  return out;
}

}  // namespace

std::optional<PemBlock> parse_pem(ByteView text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  const std::size_t begin = text.find(kBegin);
  if (begin == ByteView::npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const std::size_t label_end = text.find("-----");
  if (label_end == ByteView::npos) return std::nullopt;
  PemBlock block;
  block.label = text.substr(0, label_end);
  text.remove_prefix(label_end + 5);
  const ByteString body = unescaped(text.substr(0, text.find("-----END")));
  ByteString encoded;
  encoded.reserve(body.size());
  for (ByteView rest = body; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const ByteView line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (encoded.empty() && line.find(": ") != ByteView::npos) {
      block.encrypted = block.encrypted || line.find("ENCRYPTED") != ByteView::npos;
      continue;
    }
    // PGP's checksum line.
    const std::size_t first = line.find_first_not_of(" \t\"'`,");
    if (first != ByteView::npos && line[first] == '=' && line.size() > first + 4) break;
    append_base64(line, &encoded);
  }
  while (!encoded.empty() && encoded.back() == '=') encoded.pop_back();
  auto bytes = decode_base64(encoded);
  if (!bytes || bytes->empty()) return std::nullopt;
  block.bytes = std::move(*bytes);
  return block;
}

}  // namespace dragnet
