// Whether encoded bytes look like text from the first few of them.
#pragma once

#include <array>

namespace dragnet {

// Encoded bytes that a sample takes; all of them must be there.
inline constexpr unsigned kBase64Sample = 16;  // each of the alphabet
inline constexpr unsigned kHexSample = 24;     // any bytes

// Whether the twelve bytes that `encoded` begins with are text (ASCII, perhaps after UTF-8's
// byte-order mark), ASCII in UTF-16, or the start of a gzip or zlib stream.
bool base64_sample(const char* encoded);
bool hex_sample(const char* encoded);

// Digits that a group of four begins with where its first byte is text, or zero.
inline constexpr std::array<bool, 256> kTextLeads = [] {
  std::array<bool, 256> leads{};
  for (char c = 'I'; c <= 'Z'; ++c) leads[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'f'; ++c) leads[static_cast<unsigned char>(c)] = true;
  for (const char c : {'A', 'C', 'D'}) leads[static_cast<unsigned char>(c)] = true;
  return leads;
}();

// False for most that is no sample of base64: a glance at every fourth digit.
inline bool may_be_sample(const char* encoded) {
  const auto lead = [&](unsigned i) { return kTextLeads[static_cast<unsigned char>(encoded[i])]; };
  if (lead(4) && lead(8) && lead(12)) {
    if (lead(0)) return true;
    // Byte-order marks.
    if (encoded[0] == '7' || encoded[0] == '/' || encoded[0] == '_') return true;
  }
  return (encoded[0] == 'H' && encoded[1] == '4') ||
         (encoded[0] == 'e' &&
          (encoded[1] == 'J' || encoded[1] == 'A' || encoded[1] == 'F' || encoded[1] == 'N'));
}

}  // namespace dragnet
