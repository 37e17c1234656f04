#include "report/names.h"

#include <algorithm>

#include "findings/identity.h"

namespace dragnet {

namespace {

// Ranges as they are, each a piece of its own; overlapping ones joined, those outside dropped.
std::vector<TextPiece> split_in_clear(const Excerpt& excerpt) {
  std::vector<ByteRange> ranges = excerpt.secrets;
  std::sort(ranges.begin(), ranges.end());
  std::vector<TextPiece> pieces;
  std::uint64_t at = 0;
  const auto take = [&](std::uint64_t end, bool secret) {
    end = std::min<std::uint64_t>(end, excerpt.text.size());
    if (end <= at) return;
    pieces.push_back({excerpt.text.substr(at, end - at), secret});
    at = end;
  };
  for (const ByteRange& range : ranges) {
    take(range.start, false);
    take(range.end, true);
  }
  take(excerpt.text.size(), false);
  return pieces;
}

}  // namespace

std::vector<SecretMatch> ReportNames::find(ByteView bytes) const {
  std::vector<SecretMatch> matches;
  if (options_.redactor != nullptr) matches = options_.redactor->find(bytes);
  if (own_secret_.size() >= Redactor::kLeastSecret) {
    const bool chance = estimated_bits(own_secret_) < kChanceBits;
    for (std::size_t at = bytes.find(own_secret_); at != ByteView::npos;
         at = bytes.find(own_secret_, at + 1)) {
      matches.push_back({at, at + own_secret_.size(), may_show(own_secret_.size()), chance});
    }
  }
  return matches;
}

std::string ReportNames::name(ByteView bytes) const {
  if (options_.show_secrets) return std::string(bytes);
  std::vector<SecretMatch> matches = find(bytes);
  drop_chance_matches(&matches);
  if (matches.empty()) return std::string(bytes);
  return joined(split_at_secrets(bytes, std::move(matches)));
}

std::string ReportNames::secret(ByteView secret) const {
  if (options_.show_secrets) return std::string(secret);
  if (secret.empty()) return redact_secret(secret);
  std::vector<SecretMatch> matches = find(secret);
  matches.push_back({0, secret.size(), may_show(secret.size()), /*chance=*/false});
  return joined(split_at_secrets(secret, std::move(matches)));
}

std::vector<TextPiece> ReportNames::excerpt(const Excerpt& excerpt) const {
  if (options_.show_secrets) return split_in_clear(excerpt);
  std::vector<SecretMatch> matches = find(excerpt.text);
  for (const ByteRange& range : excerpt.secrets) {
    if (range.start >= range.end || range.start >= excerpt.text.size()) continue;
    const std::size_t end = std::min<std::size_t>(range.end, excerpt.text.size());
    const ByteView bytes = ByteView(excerpt.text).substr(range.start, end - range.start);
    // A range may hold another spelling of a secret, or its middle: of that, nothing is shown. Only
    // the front of this finding's secret is what its redacted form shows anyway.
    const bool front = own_secret_.starts_with(bytes);
    matches.push_back(
        {static_cast<std::size_t>(range.start), end, front ? may_show(own_secret_.size()) : 0});
  }
  return split_at_secrets(excerpt.text, std::move(matches));
}

}  // namespace dragnet
