#include "match/decoded_scan.h"

#include <algorithm>
#include <utility>

#include "match/confirm.h"
#include "match/utf16.h"

namespace dragnet {

namespace {

// Levels: a Helm release is JSON in gzip in base64 in base64 in YAML, with base64 in it.
constexpr unsigned kMaxDepth = 6;
static_assert(kMaxDepth <= DecodeTrail::kMaxLevels);

// What a run may decode to, all levels and all that is inflated together: text compresses to a
// tenth, rarely to a twentieth. It depends on the run alone, so that a delta has the same.
constexpr std::uint64_t kFreeBudget = 24 << 10;
constexpr std::uint64_t kBudgetFactor = 32;

constexpr std::uint64_t kGathered = 64 << 10;
constexpr std::uint64_t kSmallRun = 8 << 10;    // larger ones are scanned at once
constexpr std::uint64_t kProbeRoom = 16 << 10;  // for a run and what is below it
constexpr std::uint64_t kMinText = 8;           // no secret is shorter

// Decoded texts from this size on are large.
constexpr std::uint64_t kLargeText = 4 << 20;

bool is_gzip(ByteView text) { return text.size() > 18 && text.starts_with("\x1f\x8b\x08"); }

bool is_zlib(ByteView text) {
  if (text.size() < 8 || text[0] != 0x78) return false;
  const auto flags = static_cast<unsigned char>(text[1]);
  return flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda;
}

// What to look for in what a run of `kind` decodes to. Escapes of two kinds that do not depend on
// each other would be decoded in either order: one is enough.
RunKinds kinds_below(Decoding kind, RunKinds made) {
  if (!is_escapes(kind)) return RunKinds::all();
  RunKinds kinds = made.with(Decoding::kBase64).with(Decoding::kHex);
  if (kind == Decoding::kEscapes) kinds = kinds.with(Decoding::kHtml);
  if (kind != Decoding::kPercent) kinds = kinds.with(Decoding::kPercent);
  return kinds;
}

// A found secret is taken one level up.
void step_out(Decoding through, Match* match) { match->trail = match->trail.inside(through); }

// Whether what a rule matched has to do with what was decoded, and was not cut off.
template <typename World>
bool counts(const World& world, std::uint64_t start, std::uint64_t end) {
  if (world.escaped == nullptr) return true;
  if ((world.open_before && start == 0) || (world.open_after && end == world.text.size())) {
    return false;
  }
  const std::uint64_t from = start > 0 ? start - 1 : 0;
  const std::uint64_t to = std::min<std::uint64_t>(end + 1, world.text.size());
  return world.escaped->any(world.bit + from, world.bit + to);
}

}  // namespace

DecodedScanner::DecodedScanner(const RulePack* pack, TextScanner* texts)
    : pack_(pack), texts_(texts), gathered_(kGathered, '\0') {
  gathered_bits_.clear(kGathered);
}

void DecodedScanner::take(const EncodedRun& run, std::vector<DecodedRun>* out) {
  if (run.end - run.begin > kSmallRun) {
    scan_whole(run, out);
    return;
  }
  if (gathered_size_ + kProbeRoom > kGathered) flush(out);
  probed_.push_back({run, false});
  probe(object_, run, 1);
}

// What does not fit, or is more than plain text, is left to the scan.
void DecodedScanner::probe(ByteView text, const EncodedRun& run, unsigned depth) {
  bool& hit = probed_.back().hit;
  if (hit) return;
  if (gathered_size_ + (run.end - run.begin) + 1 > kGathered) {
    hit = true;
    return;
  }
  char* out = gathered_.data() + gathered_size_;
  const bool escapes = is_escapes(run.kind);
  const auto info = decode_run(text, run, out, escapes ? &gathered_bits_ : nullptr, gathered_size_);
  World world;
  world.text = ByteView(out, info.size);
  world.depth = depth;
  world.kinds = kinds_below(run.kind, info.made);
  world.escaped = escapes ? &gathered_bits_ : nullptr;
  world.bit = gathered_size_;
  world.open_before = run.open_before;
  world.open_after = run.open_after;
  const bool zero = world.text.find('\0') != ByteView::npos;
  if (is_gzip(world.text) || is_zlib(world.text) ||
      (zero && !find_utf16_runs(world.text).empty())) {
    hit = true;
    return;
  }
  texts_gathered_.push_back({probed_.size() - 1, world});
  gathered_starts_.push_back(gathered_size_);
  gathered_size_ += info.size;
  gathered_[gathered_size_++] = '\n';
  if (depth < kMaxDepth && info.size >= kMinText) probe_below(world);
}

void DecodedScanner::probe_below(const World& world) {
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    if (world.escaped != nullptr && !world.escaped->any(world.bit + run.from, world.bit + run.to)) {
      return;
    }
    probe(world.text, run, world.depth + 1);
  };
  RunFinder(world.text, world.kinds, &visit).find_all();
}

// Whether the hit's rule finds something that counts in the text that was gathered at `start`.
bool DecodedScanner::agrees(const AnchorHit& hit, const World& world, std::uint64_t start) const {
  const std::uint64_t end = hit.end - start;
  const std::uint32_t rule = pack_->rule_of_pattern(hit.pattern);
  if (end > world.text.size() || rule >= pack_->rules().size()) return false;
  if (!pack_->rules()[rule].anchored()) return false;
  if (pack_->rules()[rule].whole_blob()) return true;
  const auto found = confirm_anchor(*pack_, rule, world.text, end);
  return found && counts(world, found->match_start, found->match_end);
}

void DecodedScanner::flush(std::vector<DecodedRun>* out) {
  if (!texts_gathered_.empty()) {
    const ByteView all(gathered_.data(), gathered_size_);
    for (const AnchorHit& hit : texts_->anchors_in(all, gathered_starts_)) {
      // The text that starts before the anchor's end: an end is after a byte.
      const auto after =
          std::lower_bound(gathered_starts_.begin(), gathered_starts_.end(), hit.end);
      if (after == gathered_starts_.begin()) continue;
      const auto i = static_cast<std::size_t>(after - gathered_starts_.begin()) - 1;
      Probed& owner = probed_[texts_gathered_[i].owner];
      if (!owner.hit) owner.hit = agrees(hit, texts_gathered_[i].world, gathered_starts_[i]);
    }
    gathered_bits_.clear(kGathered);
  }
  for (const Probed& probed : probed_) {
    if (probed.hit) scan_whole(probed.run, out);
  }
  probed_.clear();
  texts_gathered_.clear();
  gathered_starts_.clear();
  gathered_size_ = 0;
}

void DecodedScanner::begin_budget(std::uint64_t size) {
  left_ = kFreeBudget + kBudgetFactor * size;
  cut_ = false;
  last_space_ = 0;
}

bool DecodedScanner::afford(std::uint64_t size) {
  if (size > left_) {
    cut_ = true;
    return false;
  }
  left_ -= size;
  return true;
}

std::shared_ptr<char> DecodedScanner::memory_for(std::size_t size) const {
  std::shared_ptr<char> memory;
  if (size >= kLargeText && text_memory_) memory = text_memory_(size);
  if (!memory) memory.reset(new char[size], std::default_delete<char[]>());
  return memory;
}

void DecodedScanner::scan_whole(const EncodedRun& run, std::vector<DecodedRun>* out) {
  begin_budget(run.end - run.begin);
  std::vector<Found> found;
  scan_run(object_, run, 1, &found);
  if (found.empty() && !cut_) return;
  DecodedRun& kept = out->emplace_back();
  kept.kind = run.kind;
  kept.starts_text = run.starts_text;
  kept.ends_text = run.ends_text;
  kept.cut = cut_;
  kept.begin = run.begin;
  kept.from = run.from;
  kept.to = run.to;
  kept.matches.reserve(found.size());
  for (Found& one : found) {
    one.match.decoded = std::move(one.decoded);
    kept.matches.push_back(std::move(one.match));
  }
}

void DecodedScanner::scan_run(ByteView text, const EncodedRun& run, unsigned depth,
                              std::vector<Found>* out) {
  const std::uint64_t size = run.end - run.begin;
  if (!afford(size)) return;
  const std::shared_ptr<char> memory = memory_for(size);
  EscapedBits escaped;
  const bool escapes = is_escapes(run.kind);
  if (escapes) escaped.clear(size);
  const auto info = decode_run(text, run, memory.get(), escapes ? &escaped : nullptr);
  World world;
  world.text = ByteView(memory.get(), info.size);
  world.depth = depth;
  world.kinds = kinds_below(run.kind, info.made);
  world.escaped = escapes ? &escaped : nullptr;
  world.open_before = run.open_before;
  world.open_after = run.open_after;
  std::vector<Found> found;
  if (depth == kMaxDepth || !scan_inflated(world.text, depth + 1, &found)) {
    scan_world(world, &found);
  }
  if (found.empty()) return;
  std::vector<OffsetQuery> queries;
  queries.reserve(4 * found.size());
  for (Found& one : found) {
    queries.push_back({&one.match.start, false});
    queries.push_back({&one.match.end, true});
    queries.push_back({&one.match.match_start, false});
    queries.push_back({&one.match.match_end, true});
  }
  map_offsets(text, run, &queries);
  for (Found& one : found) {
    step_out(run.kind, &one.match);
    out->push_back(std::move(one));
  }
}

void DecodedScanner::scan_world(const World& world, std::vector<Found>* out) {
  if (world.text.size() < kMinText) return;
  texts_->scan(world.text, TextExtent::kPart, false, &state_);
  for (const Verdict& verdict : state_.verdicts) {
    const Match& match = verdict.match;
    if (!verdict.accepted || !counts(world, match.match_start, match.match_end)) continue;
    Found found{match, std::make_shared<DecodedSecret>()};
    found.decoded->bytes = world.text.substr(match.start, match.end - match.start);
    found.decoded->match =
        world.text.substr(match.match_start, match.match_end - match.match_start);
    out->push_back(std::move(found));
  }
  if (world.depth == kMaxDepth) return;
  if (world.text.find('\0') != ByteView::npos) scan_utf16_runs(world.text, world.depth + 1, out);
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    if (world.escaped != nullptr && !world.escaped->any(world.bit + run.from, world.bit + run.to)) {
      return;
    }
    scan_run(world.text, run, world.depth + 1, out);
  };
  RunFinder(world.text, world.kinds, &visit).find_all();
}

void DecodedScanner::scan_utf16_runs(ByteView text, unsigned depth, std::vector<Found>* out) {
  for (const Utf16Run& run : find_utf16_runs(text)) {
    if (!afford(run.units)) return;
    const std::shared_ptr<char> memory = memory_for(run.units);
    decode_utf16_run(text, run, memory.get());
    World world;
    world.text = ByteView(memory.get(), run.units);
    world.depth = depth;
    std::vector<Found> found;
    scan_world(world, &found);
    for (Found& one : found) {
      Match& match = one.match;
      for (std::uint64_t* offset :
           {&match.start, &match.end, &match.match_start, &match.match_end}) {
        *offset = run.start + 2 * *offset;
      }
      step_out(run.big_endian ? Decoding::kUtf16Be : Decoding::kUtf16Le, &match);
      out->push_back(std::move(one));
    }
  }
}

// False where `text` is nothing that can be inflated.
bool DecodedScanner::scan_inflated(ByteView text, unsigned depth, std::vector<Found>* out) {
  const bool gzip = is_gzip(text);
  if (!gzip && !is_zlib(text)) return false;
  std::optional<PrefixInflater>& inflater = gzip ? gzip_ : zlib_;
  if (!inflater) {
    inflater.emplace(gzip ? PrefixInflater::Format::kGzip : PrefixInflater::Format::kZlib);
  }
  std::uint64_t capacity = std::min<std::uint64_t>(left_, 4 * text.size() + 4096);
  std::shared_ptr<char> memory;
  PrefixInflater::Outcome outcome;
  while (true) {
    memory = memory_for(capacity);
    outcome = inflater->inflate(text, memory.get(), capacity);
    if (outcome.ended || outcome.damaged || outcome.produced < capacity || capacity == left_) break;
    capacity = std::min<std::uint64_t>(left_, 4 * capacity);
  }
  if (outcome.produced < kMinText) return false;
  if (!outcome.ended && !outcome.damaged && outcome.produced == capacity) cut_ = true;
  left_ -= outcome.produced;
  World world;
  world.text = ByteView(memory.get(), outcome.produced);
  world.depth = depth;
  std::vector<Found> found;
  scan_world(world, &found);
  const std::uint32_t space = found.empty() ? 0 : ++last_space_;
  for (Found& one : found) {
    Match& match = one.match;
    if (one.decoded->space == 0) {
      one.decoded->space = space;
      one.decoded->start = match.start;
      one.decoded->end = match.end;
    }
    match.start = match.match_start = 0;
    match.end = match.match_end = text.size();
    step_out(gzip ? Decoding::kGzip : Decoding::kZlib, &match);
    out->push_back(std::move(one));
  }
  return true;
}

bool DecodedScanner::scan_utf16(std::vector<Match>* out) {
  begin_budget(object_.size());
  std::vector<Found> found;
  scan_utf16_runs(object_, 1, &found);
  out->reserve(out->size() + found.size());
  for (Found& one : found) {
    one.match.decoded = std::move(one.decoded);
    out->push_back(std::move(one.match));
  }
  return !cut_;
}

}  // namespace dragnet
