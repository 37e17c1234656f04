#include "match/source_map.h"

#include <algorithm>

#include "match/decode_run.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxName = 1024;

std::uint64_t skip_blank(ByteView text, std::uint64_t at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
    ++at;
  }
  return at;
}

// The offset after the `[` of `"key": [`, whose key stands at `at`.
std::optional<std::uint64_t> array_of(ByteView text, std::uint64_t at, ByteView key) {
  at = skip_blank(text, at + key.size());
  if (at >= text.size() || text[at] != ':') return std::nullopt;
  at = skip_blank(text, at + 1);
  if (at >= text.size() || text[at] != '[') return std::nullopt;
  return at + 1;
}

// The string's end: the offset of its closing quote, or the text's size.
std::uint64_t string_end(ByteView text, std::uint64_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min<std::uint64_t>(at, text.size());
}

// Calls `visit(index, begin, end)` for the strings of the array at `at` until it says stop; `null`
// counts.
template <typename Visit>
void each_string(ByteView text, std::uint64_t at, const Visit& visit) {
  std::uint64_t index = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == ']' || text[at] == '[' || text[at] == '{') return;
    if (text[at] == ',') ++index;
    if (text[at] != '"') continue;
    const std::uint64_t begin = at + 1;
    at = string_end(text, begin);
    if (!visit(index, begin, at)) return;
  }
}

ByteString unescaped(ByteView text) {
  ByteString out(text.size(), '\0');
  EncodedRun run;
  run.kind = Decoding::kEscapes;
  run.end = text.size();
  out.resize(decode_run(text, run, out.data()).size);
  return out;
}

}  // namespace

std::optional<ByteString> source_at(ByteView object, std::uint64_t offset) {
  constexpr ByteView kTexts = "\"sourcesContent\"";
  constexpr ByteView kNames = "\"sources\"";
  const auto key = object.rfind(kTexts, offset);
  if (key == ByteView::npos) return std::nullopt;
  const auto texts = array_of(object, key, kTexts);
  if (!texts) return std::nullopt;
  std::optional<std::uint64_t> found;
  each_string(object, *texts, [&](std::uint64_t index, std::uint64_t begin, std::uint64_t end) {
    if (begin <= offset && offset < end) found = index;
    return end <= offset;
  });
  if (!found) return std::nullopt;
  // Of one map the names stand before the texts or after them.
  auto names_key = object.rfind(kNames, key);
  if (names_key == ByteView::npos) names_key = object.find(kNames, offset);
  if (names_key == ByteView::npos) return std::nullopt;
  const auto names = array_of(object, names_key, kNames);
  if (!names) return std::nullopt;
  std::optional<ByteString> name;
  each_string(object, *names, [&](std::uint64_t index, std::uint64_t begin, std::uint64_t end) {
    if (index == *found && end - begin <= kMaxName) {
      name = unescaped(object.substr(begin, end - begin));
    }
    return index < *found;
  });
  return name;
}

}  // namespace dragnet
