// Redaction: what a report shows in place of a secret, and how secrets are found in names.
//
// A redacted secret helps its owner to recognise it and gives nobody else a head start: up to four
// bytes of its front, `****`, and its length in bytes: "ghp_****(40)". No byte of a secret under 16
// bytes is shown, and never more than a quarter of any. A PEM block shows its label line. All of
// it is one line of printable ASCII, and depends on nothing but the bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

// The redacted form of one secret.
std::string redact_secret(ByteView secret);

// A secret that stands in a text: [start, end) in bytes of the text. Of its front at most
// `may_show` bytes may be shown.
struct SecretMatch {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t may_show = 0;
  bool chance = false;  // a name may hold it by chance, see `kChanceBits`
};

// What may be shown of the front of a secret of `size` bytes.
std::size_t may_show(std::size_t size);

// A text cut at its secrets: `text` is the bytes as they are, or where `secret` a redacted form.
struct TextPiece {
  std::string text;
  bool secret = false;
};

// Cuts `text` at `matches` (in any order; they may overlap or reach past the text's end). What
// overlapping matches cover is redacted as one, and shows of none of them more than it may.
std::vector<TextPiece> split_at_secrets(ByteView text, std::vector<SecretMatch> matches);
std::string joined(const std::vector<TextPiece>& pieces);

// Takes out those that a name (a path, a ref) may hold by chance: masked, they would keep its
// reader from the file and nothing from anybody.
void drop_chance_matches(std::vector<SecretMatch>* matches);

// Finds and redacts all secrets of a report wherever they stand: in a path, a ref's name, an
// author, a URL. Built once from all of them. Finds a secret also where a text spells some of its
// bytes as %HH, and where NUL bytes stand between its bytes (UTF-16).
//
// Cost: time of a text grows with its length, not with the number of secrets (a bitmap over six
// bytes, then a binary search); memory is the secrets' bytes and a few more for each.
//
// `find` and `apply` may be called from many threads; `add` may not run beside anything.
class Redactor {
 public:
  static constexpr std::size_t kLeastSecret = 6;  // bytes; shorter ones would match everywhere

  Redactor() = default;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;

  // Takes a secret in clear. One under `kLeastSecret` bytes is not looked for.
  void add(ByteView secret);
  // The same of a secret that was found in a name, where even a weak one is none by chance.
  void add_from_name(ByteView secret);

  // All places where a known secret stands in `text`, in no order.
  std::vector<SecretMatch> find(ByteView text) const;

  // `text` with every known secret replaced by its redacted form.
  std::string apply(ByteView text) const;
  // The same for a name, which keeps what it may hold by chance.
  std::string apply_to_name(ByteView name) const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  void ensure_index() const;
  bool may_start_at(ByteView text, std::size_t at) const;
  std::uint32_t longest_at(ByteView rest) const;
  void find_plain(ByteView text, std::vector<SecretMatch>* matches) const;
  void find_respelled(ByteView text, bool percent, std::vector<SecretMatch>* matches) const;

  mutable std::vector<ByteString> secrets_;     // sorted and unique once indexed
  mutable std::vector<std::uint32_t> parents_;  // longest secret that is a proper prefix, or kNone
  mutable std::vector<bool> chance_;            // of each: a name may hold it by chance
  std::set<ByteString> from_names_;
  mutable std::vector<std::size_t> least_;     // size of the shortest secret that is a prefix of it
  mutable std::vector<std::uint64_t> bitmap_;  // of hashed first six bytes
  mutable unsigned bitmap_shift_ = 0;
  mutable std::mutex mutex_;
  mutable std::atomic<bool> indexed_ = false;
};

}  // namespace dragnet
