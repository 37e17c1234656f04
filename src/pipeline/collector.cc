#include "pipeline/collector.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace dragnet {

namespace {

// Lines of one object that one secret is reported on.
constexpr std::size_t kMaxPlaces = 16;

// All that the rule's regex matched, decoded.
ByteView match_bytes(ByteView object, const Match& match) {
  if (match.decoded) return match.decoded->match;
  return object.substr(match.match_start, match.match_end - match.match_start);
}

Detection detection_of(const Match& match, std::uint32_t secret, std::uint32_t object,
                       std::uint64_t offset) {
  Detection out;
  out.secret = secret;
  out.object = object;
  out.start = offset + match.start;
  out.end = offset + match.end;
  out.line = match.line;
  out.column = match.column;
  out.end_line = match.end_line;
  out.end_column = match.end_column;
  out.path_lists = match.path_lists;
  out.rule = match.rule;
  out.trail = match.trail;
  out.companion = match.companion;
  out.marker = match.marker;
  out.lines_before = match.lines_before;
  return out;
}

}  // namespace

std::uint32_t Collector::intern(const Match& match, ByteString secret, const Identity& identity,
                                MatchContext context) {
  const auto [entry, fresh] =
      numbers_.try_emplace(identity, static_cast<std::uint32_t>(secrets_.size()));
  if (fresh) secrets_.emplace_back();
  SecretRecord& record = secrets_[entry->second];
  // Spellings of one secret may differ (line ends of a key): the least one stands for all, so that
  // it does not matter which came first.
  if (fresh || std::tie(match.rule, secret) < std::tie(record.rule, record.secret)) {
    record.identity = identity;
    record.rule = match.rule;
    record.secret = std::move(secret);
    record.entropy = match.entropy;
    record.check = match.check;
    record.placeholder = match.placeholder;
  }
  if (match.log_odds) {
    record.log_odds = std::max(record.log_odds.value_or(*match.log_odds), *match.log_odds);
  }
  if (fresh || context < record.context) record.context = std::move(context);
  for (const std::uint32_t rule : match.also) {
    const auto at = std::lower_bound(record.also.begin(), record.also.end(), rule);
    if (at == record.also.end() || *at != rule) record.also.insert(at, rule);
  }
  return entry->second;
}

std::vector<std::uint32_t> Collector::add(const DetectedObject& object, ByteView bytes,
                                          std::uint64_t offset, const std::vector<Match>& matches,
                                          SecretMemo* memo) {
  std::vector<ByteString> secrets;
  std::vector<SecretMemo::Told> told;
  secrets.reserve(matches.size());
  told.reserve(matches.size());
  for (const Match& match : matches) {
    secrets.push_back(secret_bytes(bytes, match));
    told.push_back(memo->of(match.rule, match_bytes(bytes, match), secrets.back()));
  }
  std::vector<std::uint32_t> numbers;
  std::vector<Detection> detections;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> seen;  // by secret: in `detections`
  const std::scoped_lock lock(mutex_);
  const auto object_number = static_cast<std::uint32_t>(objects_.size());
  objects_.push_back(object);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match& match = matches[i];
    const std::uint32_t secret =
        intern(match, std::move(secrets[i]), told[i].identity, std::move(told[i].context));
    std::vector<std::size_t>& places = seen[secret];
    if (places.empty()) numbers.push_back(secret);
    const Detection detection = detection_of(match, secret, object_number, offset);
    // Matches come by start.
    if (!places.empty() && detections[places.back()].line == match.line) {
      Detection& same_line = detections[places.back()];
      same_line.marker = std::min(same_line.marker, match.marker);
      continue;
    }
    if (places.size() < kMaxPlaces) {
      places.push_back(detections.size());
      detections.push_back(detection);
      continue;
    }
    Detection& last = detections[places.back()];
    if (last.marker != InlineMarker::kNone && match.marker == InlineMarker::kNone) last = detection;
    last.elsewhere = true;
  }
  for (const Detection& detection : detections) {
    if (auto status = detections_.push(detection); !status && !spill_error_) {
      spill_error_ = status.error();
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Status Collector::finish() {
  if (spill_error_) return *spill_error_;
  return detections_.finish();
}

Result<std::vector<Detection>> Collector::detections(std::uint32_t secret) const {
  return detections_.range([&](const Detection& d) { return d.secret < secret; },
                           [&](const Detection& d) { return d.secret > secret; });
}

}  // namespace dragnet
