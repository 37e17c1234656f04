#include "rules/sample_draw.h"

#include <algorithm>
#include <array>

namespace dragnet {

namespace {

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct CharacterClass {
  std::string_view name;
  std::string_view members;
};

constexpr std::array kClasses = {
    CharacterClass{"digit", DIGITS},
    CharacterClass{"lower", LOWER},
    CharacterClass{"upper", UPPER},
    CharacterClass{"alpha", LOWER UPPER},
    CharacterClass{"base62", DIGITS UPPER LOWER},
    CharacterClass{"base36", DIGITS LOWER},
    CharacterClass{"BASE36", DIGITS UPPER},
    CharacterClass{"hex", DIGITS "abcdef"},
    CharacterClass{"HEX", DIGITS "ABCDEF"},
    CharacterClass{"hexany", DIGITS "abcdefABCDEF"},
    CharacterClass{"base64", DIGITS UPPER LOWER "+/"},
    CharacterClass{"base64url", DIGITS UPPER LOWER "-_"},
    CharacterClass{"base32", UPPER "234567"},
    CharacterClass{"base32l", LOWER "234567"},
    CharacterClass{"base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"},
    CharacterClass{"bech32", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"},
    CharacterClass{"BECH32", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"},
    CharacterClass{"word", DIGITS UPPER LOWER "_"},
};

#undef DIGITS
#undef LOWER
#undef UPPER

// The bytes from `first` to `last`.
std::string byte_range(int first, int last) {
  std::string out;
  for (int byte = first; byte <= last; ++byte) out += static_cast<char>(byte);
  return out;
}

enum Kind : std::size_t { kDigit, kLower, kUpper, kOther };

Kind kind_of(char c) {
  if (c >= '0' && c <= '9') return kDigit;
  if (c >= 'a' && c <= 'z') return kLower;
  if (c >= 'A' && c <= 'Z') return kUpper;
  return kOther;
}

std::array<std::size_t, 4> count_kinds(std::string_view text) {
  std::array<std::size_t, 4> counts{};
  for (const char c : text) ++counts[kind_of(c)];
  return counts;
}

void shuffle(std::string* text, SampleRandom* random) {
  for (std::size_t i = text->size(); i > 1; --i) {
    std::swap((*text)[i - 1], (*text)[random->below(i)]);
  }
}

// Puts a member of `kind`, of which `out` has none, in the place of a byte that can be spared.
void insert_kind(std::string_view members, Kind kind, ByteString* out, SampleRandom* random) {
  std::string choice;
  std::copy_if(members.begin(), members.end(), std::back_inserter(choice),
               [&](char c) { return kind_of(c) == kind; });
  const auto counts = count_kinds(*out);
  std::size_t at = random->below(out->size());
  while (counts[kind_of((*out)[at])] < 2) at = (at + 1) % out->size();
  (*out)[at] = choice[random->below(choice.size())];
}

}  // namespace

std::uint64_t SampleRandom::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
  return z ^ z >> 31;
}

std::uint64_t SampleRandom::below(std::uint64_t bound) { return (next() >> 32) * bound >> 32; }

ByteString SampleRandom::bytes(std::size_t count) {
  ByteString out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(below(256));
  return out;
}

std::optional<std::string> class_members(std::string_view name) {
  const std::size_t end = name.find_last_not_of(kPunctuation);
  const std::string_view base = name.substr(0, end == std::string_view::npos ? 0 : end + 1);
  std::string members;
  const auto found = std::find_if(kClasses.begin(), kClasses.end(),
                                  [&](const CharacterClass& item) { return item.name == base; });
  if (found != kClasses.end()) {
    members = found->members;
  } else if (base == "byte") {
    members = byte_range(0, 255);
  } else if (base == "graph") {
    members = byte_range('!', '~');
  } else {
    return std::nullopt;
  }
  for (const char c : name.substr(base.size())) {
    if (members.find(c) == std::string::npos) members += c;
  }
  return members;
}

std::vector<std::string_view> class_names() {
  std::vector<std::string_view> names = {"byte", "graph", "uuid", "UUID"};
  for (const CharacterClass& item : kClasses) names.push_back(item.name);
  return names;
}

ByteString draw(std::string_view members, std::size_t count, SampleRandom* random) {
  constexpr std::size_t kLongEnough = 8;  // for one byte of each kind
  ByteString out;
  std::string deck(members);
  while (out.size() < count) {
    shuffle(&deck, random);
    out.append(deck, 0, count - out.size());
  }
  if (count < kLongEnough || count >= members.size()) return out;
  const auto possible = count_kinds(members);
  for (const Kind kind : {kDigit, kLower, kUpper}) {
    if (possible[kind] != 0 && count_kinds(out)[kind] == 0) {
      insert_kind(members, kind, &out, random);
    }
  }
  return out;
}

ByteString draw_uuid(SampleRandom* random) {
  ByteString out = draw("0123456789abcdef", 36, random);
  for (const std::size_t dash : {8, 13, 18, 23}) out[dash] = '-';
  out[14] = '4';                       // the version
  out[19] = "89ab"[random->below(4)];  // the variant
  return out;
}

}  // namespace dragnet
