// Samples: made-up secrets, written as templates so that no plain token stands in any file.
//
// The positives and negatives of a rule, and the tests, need text with secrets in it, with right
// checksums, without committing anything that looks like one. A sample is text with placeholders
// `{{EXPR}}`; each expands, from a seed, to fresh random bytes. EXPR is a sequence, separated by
// spaces, of
//   "literal"            \" \\ \n \t \r \0 and \xHH inside
//   class, class{n}, class{m,n}    1, n, or m to n random bytes of a class, drawn as from a
//   shuffled
//                        deck that is used up before it is shuffled again: the entropy is near the
//                        most that alphabet and length allow, and from 8 bytes on there is a digit,
//                        a lower-case and an upper-case letter where the class has them
//   name(EXPR)           a function of the expansion of EXPR
//
// Classes (those of ../shared/facts): digit lower upper alpha base62 base36 BASE36 hex HEX hexany
// base64 base64url base32 base32l base58 bech32 BECH32 graph word, `byte` for any byte, `uuid` and
// `UUID` for a whole random UUID. Punctuation written onto a class joins it: base62-_.
//
// Functions that only change how E is written:
//   base64(E) with padding, base64url(E) without, base32(E) without, base58(E), hex(E),
//   percent(E) (all but letters, digits and -._~), utf16le(E) and utf16be(E) (a byte is a
//   character, no mark), upper(E), lower(E), reverse(E), json(E) (\ " and control characters
//   escaped, as inside the quotes of JSON), repeat{n}(E) (E is drawn once and written n times)
// Functions that add a checksum; in brackets the check of facts/validate.py that they satisfy:
//   crc32_base62(E)      E and the CRC-32 in six base62 digits, taken of what follows the last '_'
//   of
//                        E (or all of it): "ghp_" base62{30}  [crc32-base62: GitHub, npm]
//   crc32_hex_upper(E)   E and the CRC-32 of E in eight HEX digits  [crc32-hex-upper-suffix:
//                        Bitbucket, Atlassian]
//   crc32_hex_body(E)    E, '_' and the CRC-32 of what follows the last '_' of E in eight hex
//   digits
//                        [crc32-hex-body: Zuplo]
//   crc32le_hex(E)       E, '_' and the CRC-32 of E in eight hex digits, lowest byte first
//                        [crc32le-hex-suffix: Grafana]
//   gitlab_routable(E)   E, '.', the payload's length in two and the CRC-32 in seven base36 digits:
//                        "glpat-" base64url{27} or the same and ".01"  [gitlab-routable-crc]
//   xor_mod62(E)         E and the XOR of what follows its last '_' as one letter or digit
//                        [xor-mod62-char: crates.io]
//   luhn(E)              E and the digit that makes the sum right  [luhn]
//   bech32(E)            E, which is a prefix, '1' and bech32 characters, and six of checksum, in
//   the
//                        case of E: "AGE-SECRET-KEY-1" BECH32{52}  [bech32]
//   base58check(E)       base58 of the bytes E and four of double SHA-256: "\x80" byte{32}
//                        [base58check: Bitcoin]
//   base32_crc16(E)      base32 of the bytes E and two of CRC-16/XMODEM: "\x90" byte{32}
//                        [base32-crc16: Stellar; NATS seeds with "\x95\x00" byte{32}]
// Functions that make a whole:
//   aws_key_id("AKIA")   the prefix and 16 characters that hold an account id  [aws-account-id]
//   jwt()                a signed-looking token with an expiry after 2033  [jwt-structure]
//   pem("LABEL" n)       a PEM block of n bytes (64 to 60000): a DER sequence with a version, or an
//                        OpenSSH key where LABEL has OPENSSH; no line end after it  [pem-base64]
// The other checks there need no function: base64(byte{32}) [base64-32-bytes], base64(byte{64})
// [base64-64-bytes], base58(byte{64}) [base58-64-bytes], "AKCp" base58{69} [base58-54-bytes],
// base64(byte{16}) [tableau-16-bytes], base64(digit{12} ":" byte{20}) [base64-int-colon],
// base64("user:" base62{20}) [base64-user-pass], base64("{\"a\":\"" hex{32} "\"}") [base64-json],
// base64("reftkn:01:" digit{10} ":" base62{27}) [base64-prefix], base64url("1" digit{17}) "."
// base64url{6} "." base64url{27} [snowflake-base64], "0" hex{63} [secp256k1-range], and
// "pypi-" base64url("\x02\x01\x08pypi.org\x00\x02" byte{90}) [macaroon-location].
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

// Expands every `{{...}}` of `sample`. Pure: same sample and seed, same bytes, on every platform;
// other samples draw other bytes from the same seed. `{{{{` stands for a plain `{{`.
// An error (kUsage) names the 1-based column, in bytes, of what could not be read. Functions may be
// nested 16 deep; sample, expansion and every part of it may be as long as 1 MiB.
Result<ByteString> expand_sample(std::string_view sample, std::uint64_t seed);

}  // namespace dragnet
