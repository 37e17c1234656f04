// Runs of base64 and of hexadecimal digits.
#include <algorithm>

#include "base/ascii.h"
#include "match/byte_blocks.h"
#include "match/encoded_runs.h"
#include "match/run_limits.h"
#include "match/text_sample.h"

namespace dragnet {

namespace {

// The end of the digits at `at`, within a line that ends at `end`.
std::uint64_t hex_end(ByteView text, std::uint64_t at, std::uint64_t end) {
  while (at < end && is_hex_digit(text[at])) ++at;
  return at;
}

}  // namespace

// One line of a sequence of stretches.
struct RunFinder::Line {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t next = kNoLine;  // where the line that goes on with it begins
  std::uint64_t looked = 0;      // the offset after what was looked at; may be past the text's end
};
std::uint64_t RunFinder::class_end(std::uint64_t at) const {
  while (at + kBlock <= text_.size()) {
    BlockMasks masks;
    block_masks(text_.data() + at, 1, &masks);
    at += low_ones(masks.base64);
    if (masks.base64 != ~std::uint64_t{0}) return at;
  }
  while (at < text_.size() && is_base64(text_[at])) ++at;
  return at;
}

// Whether the stretch at `begin` goes on with a full line, which ends at `*before`. `*looked` is
// the first byte that was looked at, -1 for the text's start.
bool RunFinder::joined_before(std::uint64_t begin, std::uint64_t* before,
                              std::int64_t* looked) const {
  std::uint64_t at = begin;
  while (at > 0 && begin - at < kMaxIndent && is_blank(text_[at - 1])) --at;
  *looked = static_cast<std::int64_t>(at) - 1;
  if (at == 0 || text_[at - 1] != '\n') return false;
  --at;
  if (at > 0 && text_[at - 1] == '\r') --at;
  *before = at;
  while (at > 0 && *before - at < kFullLine && is_base64(text_[at - 1])) --at;
  *looked = static_cast<std::int64_t>(at) - 1;
  return *before - at == kFullLine;
}

RunFinder::Line RunFinder::line_at(std::uint64_t begin) const {
  Line line;
  line.begin = begin;
  line.end = class_end(begin);
  std::uint64_t at = line.end;
  line.looked = at + 1;
  if (line.end - begin < kFullLine) return line;
  const auto is = [&](char c) { return at < text_.size() && text_[at] == c; };
  if (is('\r')) ++at;
  line.looked = at + 1;
  if (!is('\n')) return line;
  const std::uint64_t start = ++at;
  while (at < text_.size() && at - start < kMaxIndent && is_blank(text_[at])) ++at;
  line.looked = at + 1;
  if (at < text_.size() && is_base64(text_[at])) line.next = at;
  return line;
}

// A run that begins in `line`, if there is one, is put to `runs_`. Whether the next line may go on
// with it.
bool RunFinder::begin_run(const Line& line) {
  const auto put = [&](Decoding kind, std::uint64_t begin, std::uint64_t end) {
    runs_.emplace_back();
    runs_.back().kind = kind;
    runs_.back().begin = begin;
    runs_.back().end = end;
  };
  const auto room = [&](std::uint64_t at) { return at + kMinStretch <= line.end; };
  if (!room(line.begin)) return false;
  const bool marked = text_[line.begin] == '0' && (text_[line.begin + 1] | 0x20) == 'x';
  const std::uint64_t digits = line.begin + (marked ? 2 : 0);
  if (is_hex_digit(text_[digits]) && room(digits) && hex_sample(text_.data() + digits)) {
    put(Decoding::kHex, digits, hex_end(text_, digits, line.end));
    digits_ = runs_.back().end - digits;
    return hex_goes_on(line);
  }
  // A piece of something longer begins anywhere, the whole also after what it is introduced by.
  for (std::uint64_t at = line.begin; at < line.begin + kNameBefore && room(at); ++at) {
    const bool sign_before =
        at > 0 && kBase64Values[static_cast<unsigned char>(text_[at - 1])] >= 62;
    if (at >= line.begin + 4 && !sign_before) continue;
    if (!may_be_sample(text_.data() + at) || !base64_sample(text_.data() + at)) continue;
    put(Decoding::kBase64, at, line.end);
    return true;
  }
  return false;
}

// Likewise for the run before it.
bool RunFinder::go_on(const Line& line) {
  EncodedRun& run = runs_.back();
  if (run.kind == Decoding::kBase64) {
    run.end = line.end;
    return true;
  }
  run.end = hex_end(text_, line.begin, line.end);
  digits_ += run.end - line.begin;
  return hex_goes_on(line);
}

// Whether the next line may go on with the last run; where none may it has to be long enough.
bool RunFinder::hex_goes_on(const Line& line) {
  const bool more = runs_.back().end == line.end && line.next != kNoLine;
  if (!more && digits_ < kMinHex) runs_.pop_back();
  return more;
}

void RunFinder::take_stretch(std::uint64_t at) {
  taken_ = true;
  if (at < stretch_done_ || !kinds_.has(Decoding::kBase64)) return;
  std::int64_t looked = 0;  // at last, where it was told that the first line is the first
  std::uint64_t begin = 0;
  do {
    begin = at;
    while (begin > 0 && is_base64(text_[begin - 1])) --begin;
  } while (joined_before(begin, &at, &looked));
  runs_.clear();
  bool open = false;  // the last run may go on
  Line line;
  for (line.next = begin; line.next != kNoLine;) {
    line = line_at(line.next);
    open = open ? go_on(line) : begin_run(line);
  }
  stretch_done_ = line.end;
  for (EncodedRun& run : runs_) {
    set_span(looked, line.looked, text_.size(), &run);
    (*visit_)(run);
  }
}

}  // namespace dragnet
