// Runs of escapes.
#include <algorithm>

#include "match/byte_blocks.h"
#include "match/encoded_runs.h"
#include "match/run_limits.h"

namespace dragnet {

namespace {

unsigned slot(Decoding kind) {
  return kind == Decoding::kEscapes ? 0 : kind == Decoding::kPercent ? 1 : 2;
}

}  // namespace

// Escapes of one kind that belong together.
struct RunFinder::Cluster {
  Decoding kind = Decoding::kNone;
  char introducer = 0;
  std::uint64_t first = 0;  // where the first escape starts
  std::uint64_t last = 0;   // where the last one ends
  std::uint64_t line_start = 0, line_end = 0;
  bool line_starts = false, line_ends = false;  // those two are known
  std::int64_t from = 0;
  std::uint64_t to = 0;
  bool worth = false;  // more than line ends that nothing follows
};
void RunFinder::take_introducer(std::uint64_t at) {
  taken_ = true;
  const char c = text_[at];
  const Decoding kind = c == '\\'  ? Decoding::kEscapes
                        : c == '%' ? Decoding::kPercent
                                   : Decoding::kHtml;
  std::uint64_t& done = escapes_done_[slot(kind)];
  if (at < done || !kinds_.has(kind)) return;
  Cluster cluster;
  cluster.kind = kind;
  cluster.introducer = c;
  cluster.first = at;
  if (c == '\\') {
    while (cluster.first > done && text_[cluster.first - 1] == '\\') --cluster.first;
  }
  if (token_at(cluster.first, kind).end == 0) return;
  cluster.last = cluster.first;
  grow_right(&cluster);
  grow_left(&cluster);
  done = cluster.last;
  report(cluster);
}

// Takes in the escapes from `cluster->last` on; the first of them is known to stand there.
void RunFinder::grow_right(Cluster* cluster) const {
  std::uint64_t limit = cluster->last + kLookAround;
  std::uint64_t at = cluster->last;
  while (true) {
    at = find_either(text_, at, std::min<std::uint64_t>(limit, text_.size()), cluster->introducer,
                     '\n');
    if (at >= limit || at == text_.size()) break;
    if (text_[at] == '\n') {
      cluster->line_ends = true;
      cluster->line_end = at;
      break;
    }
    if (at > cluster->last + kGap) break;
    const Token token = token_at(at, cluster->kind);
    if (token.end == 0) {
      ++at;
      continue;
    }
    if (!token.line_break || at - cluster->last >= kWorth) cluster->worth = true;
    cluster->last = at = token.end;
    limit = at + kLookAround;
  }
  cluster->to = cluster->line_ends ? cluster->line_end + 1 : limit;
  const std::uint64_t end = cluster->line_ends ? cluster->line_end : text_.size();
  if (end - cluster->last >= kWorth) cluster->worth = true;
}

// Takes in the escapes before `cluster->first`.
void RunFinder::grow_left(Cluster* cluster) const {
  bool grew = true;
  while (grew) {
    grew = false;
    const std::uint64_t first = cluster->first;
    const std::uint64_t low = first > kLookAround ? first - kLookAround : 0;
    cluster->from = static_cast<std::int64_t>(first) - static_cast<std::int64_t>(kLookAround);
    if (cluster->kind == Decoding::kEscapes && cluster->from >= 0 && text_[low] == '\\') {
      // Which of them escape what depends on where they begin.
      cluster->from = static_cast<std::int64_t>(backslashes_begin(low)) - 1;
    }
    std::uint64_t at = first;
    while ((at = find_last_either(text_, low, at, cluster->introducer, '\n')) > low) {
      if (text_[at - 1] == '\n') {
        cluster->line_starts = true;
        cluster->line_start = at;
        cluster->from = static_cast<std::int64_t>(at) - 1;
        return;
      }
      const Token token = token_before(at, cluster->kind);
      if (token.end == 0) {
        at = token.begin;
        continue;
      }
      if (first - token.end > kGap) return;
      if (!token.line_break || first - token.end >= kWorth) cluster->worth = true;
      cluster->first = token.begin;
      grew = true;
      break;
    }
  }
}

std::uint64_t RunFinder::backslashes_begin(std::uint64_t at) const {
  while (at > 0 && text_[at - 1] == '\\') --at;
  return at;
}

// The escape, or the escapes that a run of backslashes is, whose last introducer stands at
// `after - 1`.
RunFinder::Token RunFinder::token_before(std::uint64_t after, Decoding kind) const {
  Token token;
  token.begin = kind == Decoding::kEscapes ? backslashes_begin(after - 1) : after - 1;
  return token_at(token.begin, kind);
}

RunFinder::Token RunFinder::token_at(std::uint64_t at, Decoding kind) const {
  Token token;
  token.begin = at;
  std::uint64_t end = at;
  if (kind == Decoding::kEscapes) {
    while (end + 1 < text_.size() && text_[end] == '\\' && text_[end + 1] == '\\') end += 2;
  }
  const bool pairs = end > at;
  if (end < text_.size() && text_[end] == introducer_of(kind)) {
    const Escape escape = escape_at(text_, end, kind);
    token.line_break = !pairs && !escape.is_byte &&
                       (escape.value == '\n' || escape.value == '\r' || escape.value == '\t');
    end += escape.length;
  }
  if (end > at) token.end = end;
  return token;
}

// The end of the word at `at`, or of kMaxWord bytes of it. It stops before `introducer`: so no byte
// is in the words after several escapes of a kind.
std::uint64_t RunFinder::word_end(std::uint64_t at, char introducer) const {
  const std::uint64_t limit = std::min<std::uint64_t>(text_.size(), at + kMaxWord);
  while (at < limit && is_word(text_[at]) && text_[at] != introducer) ++at;
  return at;
}

std::uint64_t RunFinder::word_begin(std::uint64_t at, char introducer) const {
  const std::uint64_t limit = at > kMaxWord ? at - kMaxWord : 0;
  while (at > limit && is_word(text_[at - 1]) && text_[at - 1] != introducer) --at;
  return at;
}

// Where what is decoded before the cluster's first escape begins, within its line.
void RunFinder::set_begin(const Cluster& cluster, EncodedRun* run, std::int64_t* from) const {
  *from = cluster.from;
  if (cluster.line_starts && cluster.line_start + kGap >= cluster.first) {
    run->begin = cluster.line_start;
    return;
  }
  // Offsets may be before the text's start: then all of it was looked at.
  const auto signed_of = [](std::uint64_t at) { return static_cast<std::int64_t>(at); };
  std::int64_t begin = signed_of(cluster.first) - signed_of(kGap);
  if (begin > 0) {
    const std::uint64_t word = word_begin(static_cast<std::uint64_t>(begin), cluster.introducer);
    if (signed_of(word) < begin) begin = signed_of(word) - signed_of(kBesideWord);
    *from = std::min(*from, begin - 1);
  }
  run->begin = static_cast<std::uint64_t>(std::max<std::int64_t>(begin, 0));
  const std::uint64_t line = find_last_either(text_, run->begin, cluster.first, '\n', '\n');
  run->open_before = line == run->begin && begin > 0;
  if (line > run->begin) *from = std::min(cluster.from, signed_of(line) - 1);
  run->begin = line;
}

// And where it ends after the last one.
void RunFinder::set_end(const Cluster& cluster, EncodedRun* run, std::uint64_t* to) const {
  *to = cluster.to;
  if (cluster.line_ends && cluster.line_end <= cluster.last + kGap) {
    run->end = cluster.line_end;
    return;
  }
  std::uint64_t end = cluster.last + kGap;
  if (end < text_.size()) {
    const std::uint64_t word = word_end(end, cluster.introducer);
    if (word > end) end = word + kBesideWord;
    *to = std::max(*to, end + 1);
  }
  run->end = std::min<std::uint64_t>(text_.size(), end);
  const std::uint64_t line = find_either(text_, cluster.last, run->end, '\n', '\n');
  run->open_after = line == run->end && end < text_.size();
  if (line < run->end) *to = std::max(cluster.to, line + 1);
  run->end = line;
}

void RunFinder::report(const Cluster& cluster) const {
  if (cluster.kind == Decoding::kEscapes && !cluster.worth) return;
  EncodedRun run;
  run.kind = cluster.kind;
  std::int64_t from = 0;
  std::uint64_t to = 0;
  set_begin(cluster, &run, &from);
  set_end(cluster, &run, &to);
  set_span(from, to, text_.size(), &run);
  (*visit_)(run);
}

}  // namespace dragnet
