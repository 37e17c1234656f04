// Random text for rules of tests: pieces of what they match, plain and encoded.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/encode.h"

namespace dragnet::test_support {

using Random = std::mt19937_64;

inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

inline std::uint64_t below(Random* random, std::uint64_t limit) { return (*random)() % limit; }

inline ByteString piece(Random* random) {
  static const std::vector<ByteString> kPieces = {
      "ab_",
      "ab_01cdef",
      "ab_0",
      "1cdef",
      "pass",
      "password = ",
      "=",
      " ",
      "\n",
      "\n",
      "abc123",
      "q7",
      "<<",
      "ab=\n",
      ">>",
      "zq",
      "ad",
      ";",
      "key",
      "key123",
      "123",
      "top12",
      "fin",
      "fin34",
      "x",
      "Wy1",
      "W",
      "y",
      "1",
      "Xz",
      "aX",
      "Vq",
      "12",
      "-",
      "BEGIN",
      "END",
      "BEGIN a\n",
      "b=\nEND",
      "0123abcd:12",
      "ef",
      "magic",
      "tok_",
      "tok_abcde",
      "nosec",
      "pass: \"",
      "\"",
      "\\\n",
      "far ",
      " off7",
      "token=",
      "kQ7zt2Wm9xLp4",
      "#gitleaks:allow",
      "trufflehog:",
      "ignore",
      "secret_1234",
      "secret_12",
      "w12x",
      "abcdefabcdefabcdefabcdefabcdef",
      "w3",
      ByteString(1, '\0'),
      ByteString("a\0b\0_\0", 6),
      ByteString("0\0001\0c\0d\0e\0f\0", 12),
      ByteString("\0k\0e\0y", 6),
      ByteString("p\0a\0s\0s\0=\0a\0b\0c\0d\0001\0", 20)};
  const auto at = below(random, kPieces.size() + 6);
  if (at < kPieces.size()) return kPieces[at];
  ByteString bytes;
  for (std::uint64_t i = below(random, 12); i > 0; --i) {
    bytes += static_cast<char>(at % 2 == 0 ? 'a' + below(random, 26) : '0' + below(random, 10));
  }
  return bytes;
}

inline ByteString encoded_piece(Random* random);

inline ByteString random_text(Random* random, std::uint64_t pieces) {
  ByteString text;
  for (std::uint64_t i = below(random, pieces + 1); i > 0; --i) {
    text += below(random, 10) == 0 ? encoded_piece(random) : piece(random);
  }
  return text;
}

// Something encoded, once or more, also in lines and damaged; and what makes or breaks a run where
// it stands beside one.
inline ByteString encoded_piece(Random* random) {
  static const std::vector<ByteString> kBeside = {
      "\\",   "\\\\",  "\\n",  "\\t", "\\\"",  "\\u0061", "\\x62",  "\\u{63}", "\\q",
      "%41",  "%",     "%5C",  "4",   "&amp;", "&#97;",   "&#x62;", "&",       "quot;",
      "\r\n", "\n   ", "\n\t", "=",   "==",    "0x",      "-----"};
  switch (below(random, 8)) {
    case 0:
    case 1:
      return kBeside[below(random, kBeside.size())];
    case 2:  // so long that it keeps apart, or nearly
      return ByteString(300 + below(random, 60), ' ');
    case 3:
      if (below(random, 8) == 0) return ByteString(200 + below(random, 5000), 'k');
      return ByteString(20 + below(random, 50), "Aa-/"[below(random, 4)]);
    default:
      break;
  }
  ByteString text = "a: ";
  while (text.size() < 20) text += piece(random);
  text += random_text(random, 3);
  for (std::uint64_t levels = 1 + below(random, 3); levels > 0; --levels) {
    switch (below(random, 12)) {
      case 0:
        text = to_base64(text, true);
        break;
      case 1:
        text = to_base64(text, false, 60 + below(random, 17),
                         below(random, 2) == 0 ? "\n" : "\r\n    ");
        break;
      case 2:
        text = to_escapes(text, true);
        break;
      case 3:
        text = to_base64(deflated(text, below(random, 2) == 0));
        break;
      default:
        text = encoded(text, static_cast<Decoding>(1 + below(random, 7)));
    }
  }
  if (below(random, 6) == 0) {
    text[below(random, text.size())] = static_cast<char>('!' + below(random, 90));
  }
  return text;
}

}  // namespace dragnet::test_support
