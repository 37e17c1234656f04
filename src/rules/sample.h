// Samples: made-up secrets, written as templates so that no plain token stands in any file.
//
// The positives and negatives of a rule, and the tests, need text with secrets in it, with right
// checksums, without committing anything that looks like one. A sample is text with placeholders
// `{{EXPR}}`; each expands, from a seed, to fresh random bytes. EXPR is a sequence, separated by
// spaces, of
//   "literal"            \" \\ \n \t \r \0 and \xHH inside
//   class, class{n}, class{m,n}    n random bytes of a class, drawn so that no class member is
//                        missed for long: the entropy is near what the alphabet gives
//   name(EXPR)           a function of the expansion of EXPR
// Classes (those of ../shared/facts): digit lower upper alpha base62 base36 BASE36 hex HEX hexany
// base64 base64url base32 base32l base58 graph word, and `uuid` for a whole UUID.
// Punctuation written onto a class joins it: base62-_.
// Functions: crc32_base62(E) = E and six base62 digits of its CRC-32 (GitHub, npm, with the prefix
// that ends at the last '_' of E left out of the sum where the provider does so), base64(E),
// base64url(E), hex(E), percent(E), utf16le(E), utf16be(E), upper(E), lower(E), reverse(E),
// repeat{n}(E), jwt() = a signed-looking token with an expiry, pem("LABEL" n) = a PEM block of n
// random bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

// Expands every `{{...}}` of `sample`. Pure: same sample and seed, same bytes, on every platform.
// An error names the position of what could not be read. `{{{{` stands for a plain `{{`.
Result<ByteString> expand_sample(std::string_view sample, std::uint64_t seed);

}  // namespace dragnet
