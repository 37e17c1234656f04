#include "match/inline_marker.h"

#include <algorithm>
#include <array>

namespace dragnet {

namespace {

struct Spelling {
  InlineMarker marker;
  std::string_view text;
};

constexpr std::array kSpellings = {
    Spelling{InlineMarker::kDragnet, "dragnet:allow"},
    Spelling{InlineMarker::kGitleaks, "gitleaks:allow"},
    Spelling{InlineMarker::kBetterleaks, "betterleaks:allow"},
    Spelling{InlineMarker::kTrufflehog, "trufflehog:ignore"},
};

// All spellings end in one of these, so that a line is searched for few bytes.
constexpr std::array<std::string_view, 2> kEndings = {":allow", ":ignore"};

InlineMarker find_plain(ByteView line) {
  auto first = ByteView::npos;
  InlineMarker out = InlineMarker::kNone;
  for (const std::string_view ending : kEndings) {
    for (auto at = line.find(ending); at < first; at = line.find(ending, at + 1)) {
      const ByteView head = line.substr(0, at + ending.size());
      const auto known =
          std::find_if(kSpellings.begin(), kSpellings.end(),
                       [&](const Spelling& spelling) { return head.ends_with(spelling.text); });
      if (known == kSpellings.end()) continue;
      first = at;
      out = known->marker;
    }
  }
  return out;
}

constexpr bool is_space(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

// Answers for lines one after the other; most matches stand on the line of the one before.
class Lines {
 public:
  explicit Lines(ByteView object) : object_(object) {}

  // The marker of the line that the byte at `offset` is on, a line feed being its line's last one;
  // `*end` is set to the offset after the line.
  InlineMarker at(std::uint64_t offset, std::uint64_t* end) {
    if (offset < start_ || offset >= end_) {
      const auto before = offset == 0 ? ByteView::npos : object_.rfind('\n', offset - 1);
      start_ = before == ByteView::npos ? 0 : before + 1;
      const auto after = object_.find('\n', offset);
      end_ = after == ByteView::npos ? object_.size() : after + 1;
      marker_ = find_inline_marker(object_.substr(start_, end_ - start_));
    }
    *end = end_;
    return marker_;
  }

 private:
  ByteView object_;
  std::uint64_t start_ = 0;
  std::uint64_t end_ = 0;
  InlineMarker marker_ = InlineMarker::kNone;
};

}  // namespace

std::string_view to_string(InlineMarker marker) {
  for (const Spelling& spelling : kSpellings) {
    if (spelling.marker == marker) return spelling.text;
  }
  return "";
}

InlineMarker find_inline_marker(ByteView line) {
  const InlineMarker plain = find_plain(line);
  if (plain != InlineMarker::kNone || line.find('\0') == ByteView::npos) return plain;
  ByteString narrow;
  narrow.reserve(line.size());
  std::copy_if(line.begin(), line.end(), std::back_inserter(narrow),
               [](char c) { return c != '\0'; });
  return find_plain(narrow);
}

void mark_inline(ByteView object, std::vector<Match>* matches) {
  Lines lines(object);
  const Match* before = nullptr;
  for (Match& match : *matches) {
    // All that one compressed text holds has the place of the whole.
    if (before != nullptr && before->start == match.start && before->end == match.end &&
        before->match_start == match.match_start && before->match_end == match.match_end) {
      match.marker = before->marker;
      match.lines_before = before->lines_before;
      continue;
    }
    before = &match;
    const std::uint64_t size = object.size();
    std::uint64_t from = std::min(match.match_start, match.start);
    std::uint64_t to = std::min(std::max(match.match_end, match.end), size);
    if (from >= to) continue;
    const auto start = object.begin() + static_cast<std::ptrdiff_t>(std::min(match.start, size));
    match.lines_before = static_cast<std::uint32_t>(
        std::count(object.begin() + static_cast<std::ptrdiff_t>(from), start, '\n'));
    while (from < match.start && is_space(object[from])) ++from;
    while (to > match.end && to > from + 1 && is_space(object[to - 1])) --to;
    match.marker = InlineMarker::kNone;
    while (from < to && match.marker == InlineMarker::kNone) match.marker = lines.at(from, &from);
  }
}

}  // namespace dragnet
