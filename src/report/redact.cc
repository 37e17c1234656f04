// How a text is searched for many secrets. The secrets are sorted; each knows the longest other one
// that is a prefix of it (its parent). At a position of the text, let T be the rest of the text and
// P the longest secret that is a prefix of T. Every secret between P and T in order starts with P,
// so the greatest secret not above T has P among its ancestors: one binary search and a walk up
// find P, and P's ancestors are all other secrets that start there. A bitmap over six bytes answers
// nearly every position before that.
#include "report/redact.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/ascii.h"
#include "findings/identity.h"

namespace dragnet {

namespace {

constexpr std::size_t kShown = 4;             // bytes of a secret's front
constexpr std::size_t kLeastToShow = 16;      // a shorter secret shows nothing
constexpr std::size_t kLongestPemLabel = 40;  // "ENCRYPTED PRIVATE KEY" has 21

bool is_printable(char c) { return c > ' ' && c < 0x7f; }

// Length of a PEM block's first line without its line break ("-----BEGIN X-----"), or 0.
std::size_t pem_label_size(ByteView text) {
  constexpr ByteView kBegin = "-----BEGIN ";
  constexpr ByteView kDashes = "-----";
  if (!text.starts_with(kBegin)) return 0;
  std::size_t at = kBegin.size();
  const std::size_t limit = std::min(text.size(), at + kLongestPemLabel);
  while (at < limit && ((text[at] >= 'A' && text[at] <= 'Z') || text[at] == ' ')) ++at;
  return text.substr(at).starts_with(kDashes) ? at + kDashes.size() : 0;
}

// The redacted form of `bytes`, of whose front at most `limit` bytes may be shown.
std::string redacted(ByteView bytes, std::size_t limit) {
  const std::size_t label = pem_label_size(bytes);
  std::size_t shown = 0;
  if (label != 0 && label <= limit) {
    shown = label;
  } else {
    const std::size_t most = std::min({limit, kShown, bytes.size()});
    while (shown < most && is_printable(bytes[shown])) ++shown;
  }
  std::string out(bytes.substr(0, shown));
  out += "****(";
  out += std::to_string(bytes.size());
  out += ')';
  return out;
}

std::uint64_t hash_of_front(const char* front) {
  std::uint64_t key = 0;
  std::memcpy(&key, front, Redactor::kLeastSecret);
  return key * 0x9e3779b97f4a7c15u;
}

}  // namespace

std::size_t may_show(std::size_t size) { return size < kLeastToShow ? 0 : size / 4; }

std::string redact_secret(ByteView secret) { return redacted(secret, may_show(secret.size())); }

std::vector<TextPiece> split_at_secrets(ByteView text, std::vector<SecretMatch> matches) {
  for (SecretMatch& match : matches) match.end = std::min(match.end, text.size());
  std::erase_if(matches, [](const SecretMatch& m) { return m.start >= m.end; });
  std::sort(matches.begin(), matches.end(), [](const SecretMatch& a, const SecretMatch& b) {
    return a.start != b.start ? a.start < b.start : a.end < b.end;
  });
  std::vector<TextPiece> pieces;
  std::size_t at = 0;
  for (std::size_t i = 0; i < matches.size();) {
    const std::size_t start = matches[i].start;
    std::size_t end = start;
    std::size_t limit = text.size();  // bytes of the run's front that every match in it allows
    do {
      end = std::max(end, matches[i].end);
      limit = std::min(limit, matches[i].start - start + matches[i].may_show);
      ++i;
    } while (i < matches.size() && matches[i].start < end);
    if (start > at) pieces.push_back({std::string(text.substr(at, start - at)), false});
    pieces.push_back({redacted(text.substr(start, end - start), limit), true});
    at = end;
  }
  if (at < text.size()) pieces.push_back({std::string(text.substr(at)), false});
  return pieces;
}

std::string joined(const std::vector<TextPiece>& pieces) {
  std::string text;
  for (const TextPiece& piece : pieces) text += piece.text;
  return text;
}

void drop_chance_matches(std::vector<SecretMatch>* matches) {
  std::erase_if(*matches, [](const SecretMatch& match) { return match.chance; });
}

void Redactor::add(ByteView secret) {
  if (secret.size() < kLeastSecret) return;
  secrets_.emplace_back(secret);
  indexed_.store(false, std::memory_order_relaxed);
}

void Redactor::add_from_name(ByteView secret) {
  add(secret);
  from_names_.emplace(secret);
}

void Redactor::ensure_index() const {
  // The acquire pairs with the release below: who sees `indexed_` sees the index.
  if (indexed_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  if (indexed_.load(std::memory_order_relaxed)) return;

  std::sort(secrets_.begin(), secrets_.end());
  secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
  parents_.assign(secrets_.size(), kNone);
  for (std::uint32_t i = 1; i < secrets_.size(); ++i) {
    std::uint32_t parent = i - 1;
    while (parent != kNone && !secrets_[i].starts_with(secrets_[parent])) {
      parent = parents_[parent];
    }
    parents_[i] = parent;
  }
  least_.resize(secrets_.size());
  chance_.resize(secrets_.size());
  for (std::uint32_t i = 0; i < secrets_.size(); ++i) {
    chance_[i] = (parents_[i] == kNone || chance_[parents_[i]]) &&
                 estimated_bits(secrets_[i]) < kChanceBits && !from_names_.contains(secrets_[i]);
    least_[i] = parents_[i] == kNone ? secrets_[i].size() : least_[parents_[i]];
  }
  // 64 bits a secret: one position in 64 or fewer passes by chance.
  const std::size_t bits = std::bit_ceil(std::max<std::size_t>(secrets_.size() * 64, 4096));
  bitmap_.assign(bits / 64, 0);
  bitmap_shift_ = 64 - static_cast<unsigned>(std::countr_zero(bits));
  for (const ByteString& secret : secrets_) {
    const std::uint64_t slot = hash_of_front(secret.data()) >> bitmap_shift_;
    bitmap_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  indexed_.store(true, std::memory_order_release);
}

bool Redactor::may_start_at(ByteView text, std::size_t at) const {
  const std::uint64_t slot = hash_of_front(text.data() + at) >> bitmap_shift_;
  return (bitmap_[slot / 64] >> (slot % 64) & 1) != 0;
}

std::uint32_t Redactor::longest_at(ByteView rest) const {
  const auto above = std::upper_bound(secrets_.begin(), secrets_.end(), rest,
                                      [](ByteView a, const ByteString& b) { return a < b; });
  if (above == secrets_.begin()) return kNone;
  std::uint32_t at = static_cast<std::uint32_t>(above - secrets_.begin() - 1);
  const ByteString& nearest = secrets_[at];
  const std::size_t least = std::min(nearest.size(), rest.size());
  const std::size_t common = static_cast<std::size_t>(
      std::mismatch(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(least),
                    nearest.begin())
          .first -
      rest.begin());
  while (at != kNone && secrets_[at].size() > common) at = parents_[at];
  return at;
}

void Redactor::find_plain(ByteView text, std::vector<SecretMatch>* matches) const {
  if (text.size() < kLeastSecret) return;
  for (std::size_t at = 0; at + kLeastSecret <= text.size(); ++at) {
    if (!may_start_at(text, at)) continue;
    const std::uint32_t longest = longest_at(text.substr(at));
    if (longest == kNone) continue;
    // One match stands for all that start here: as long as the longest, as shy as the shortest.
    matches->push_back(
        {at, at + secrets_[longest].size(), may_show(least_[longest]), chance_[longest]});
  }
}

// Searches `text` with its %HH decoded, or else with its NUL bytes left out, and translates what is
// found back.
void Redactor::find_respelled(ByteView text, bool percent,
                              std::vector<SecretMatch>* matches) const {
  ByteString plain;
  std::vector<std::size_t> places;  // of each byte of `plain` in `text`
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!percent && text[at] == '\0') continue;
    places.push_back(at);
    if (percent && text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
        hex_value(text[at + 2]) >= 0) {
      plain += static_cast<char>(hex_value(text[at + 1]) << 4 | hex_value(text[at + 2]));
      at += 2;
    } else {
      plain += text[at];
    }
  }
  std::vector<SecretMatch> found;
  find_plain(plain, &found);
  for (const SecretMatch& match : found) {
    const std::size_t end = match.end < places.size() ? places[match.end] : text.size();
    matches->push_back({places[match.start], end, match.may_show, match.chance});
  }
}

std::vector<SecretMatch> Redactor::find(ByteView text) const {
  ensure_index();
  std::vector<SecretMatch> matches;
  if (secrets_.empty()) return matches;
  find_plain(text, &matches);
  if (text.find('%') != ByteView::npos) find_respelled(text, /*percent=*/true, &matches);
  if (text.find('\0') != ByteView::npos) find_respelled(text, /*percent=*/false, &matches);
  return matches;
}

std::string Redactor::apply(ByteView text) const {
  return joined(split_at_secrets(text, find(text)));
}

std::string Redactor::apply_to_name(ByteView name) const {
  std::vector<SecretMatch> matches = find(name);
  drop_chance_matches(&matches);
  return joined(split_at_secrets(name, std::move(matches)));
}

}  // namespace dragnet
