#include "pipeline/collector.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace dragnet {

std::uint32_t Collector::intern(const Match& match, ByteString secret, const Identity& identity) {
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
  for (const std::uint32_t rule : match.also) {
    const auto at = std::lower_bound(record.also.begin(), record.also.end(), rule);
    if (at == record.also.end() || *at != rule) record.also.insert(at, rule);
  }
  return entry->second;
}

std::vector<std::uint32_t> Collector::add(const DetectedObject& object, ByteView bytes,
                                          std::uint64_t offset, const std::vector<Match>& matches) {
  std::vector<Identity> identities;
  std::vector<ByteString> secrets;
  for (const Match& match : matches) {
    secrets.push_back(secret_bytes(bytes, match));
    identities.push_back(
        key_->identity(pack_->rules()[match.rule].rule.family, canonical_secret(secrets.back())));
  }
  std::vector<std::uint32_t> numbers;
  std::unordered_set<std::uint32_t> seen;  // matches come by start: a secret's first one counts
  const std::scoped_lock lock(mutex_);
  const auto object_number = static_cast<std::uint32_t>(objects_.size());
  objects_.push_back(object);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match& match = matches[i];
    const std::uint32_t secret = intern(match, std::move(secrets[i]), identities[i]);
    if (!seen.insert(secret).second) continue;
    numbers.push_back(secret);
    Detection detection;
    detection.secret = secret;
    detection.object = object_number;
    detection.start = offset + match.start;
    detection.end = offset + match.end;
    detection.line = match.line;
    detection.column = match.column;
    detection.end_line = match.end_line;
    detection.end_column = match.end_column;
    detection.path_lists = match.path_lists;
    detection.rule = match.rule;
    detection.trail = match.trail;
    detection.companion = match.companion;
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
