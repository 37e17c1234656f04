#include "rules/sample_functions.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/crc32.h"
#include "base/digits.h"
#include "base/hash.h"
#include "base/hex.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Function = Result<ByteString>;

ByteView after_last_underscore(ByteView text) { return text.substr(text.rfind('_') + 1); }

ByteString big_endian(std::uint32_t value) {
  ByteString out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xffU);
  return out;
}

// Encodes groups of `bits` bits, the last one filled up with zeros; `alphabet` has 2^bits letters.
ByteString in_groups(ByteView bytes, std::string_view alphabet, unsigned bits) {
  ByteString out;
  std::uint32_t buffer = 0;
  unsigned have = 0;
  for (const char c : bytes) {
    buffer = buffer << 8 | octet(c);
    for (have += 8; have >= bits; have -= bits) {
      out += alphabet[buffer >> (have - bits) & (alphabet.size() - 1)];
    }
    buffer &= 0xffU;
  }
  if (have > 0) out += alphabet[buffer << (bits - have) & (alphabet.size() - 1)];
  return out;
}

ByteString encode_base64(ByteView bytes) {
  ByteString out = in_groups(bytes, kBase64, 6);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

// Function by function, as sample.h lists them.

Function base64(ByteView in, SampleRandom*) { return encode_base64(in); }
Function base64url(ByteView in, SampleRandom*) { return in_groups(in, kBase64Url, 6); }
Function base32(ByteView in, SampleRandom*) { return in_groups(in, kBase32, 5); }
Function hex(ByteView in, SampleRandom*) { return to_hex(in); }
Function lower(ByteView in, SampleRandom*) { return lowered(in); }

ByteString uppered(ByteView in) {
  ByteString out(in);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

Function upper(ByteView in, SampleRandom*) { return uppered(in); }
Function reverse(ByteView in, SampleRandom*) { return ByteString(in.rbegin(), in.rend()); }

Function base58(ByteView in, SampleRandom*) {
  constexpr std::size_t kLongest = 4096;  // time is quadratic
  if (in.size() > kLongest) return usage_error("base58 takes up to 4096 bytes");
  std::vector<std::uint8_t> digits;  // the lowest first
  for (const char c : in) {
    unsigned carry = octet(c);
    for (std::uint8_t& digit : digits) {
      carry += digit * 256U;
      digit = static_cast<std::uint8_t>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) digits.push_back(static_cast<std::uint8_t>(carry % 58));
  }
  ByteString out(std::min(in.find_first_not_of('\0'), in.size()), kBase58.front());
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) out += kBase58[*digit];
  return out;
}

Function percent(ByteView in, SampleRandom*) {
  ByteString out;
  for (const char c : in) {
    const bool plain =
        kBase62.find(c) != ByteView::npos || ByteView("-._~").find(c) != ByteView::npos;
    out += plain ? ByteString(1, c) : "%" + uppered(to_hex(ByteView(&c, 1)));
  }
  return out;
}

Function utf16le(ByteView in, SampleRandom*) {
  ByteString out;
  for (const char c : in) out.append({c, '\0'});
  return out;
}

Function utf16be(ByteView in, SampleRandom*) {
  ByteString out;
  for (const char c : in) out.append({'\0', c});
  return out;
}

Function json(ByteView in, SampleRandom*) {
  ByteString out;
  for (const char c : in) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += octet(c) < 0x20 ? "\\u00" + to_hex(ByteView(&c, 1)) : ByteString(1, c);
        break;
    }
  }
  return out;
}

Function crc32_base62(ByteView in, SampleRandom*) {
  return ByteString(in) + in_digits(crc32(after_last_underscore(in)), kBase62, 6);
}

Function crc32_hex_upper(ByteView in, SampleRandom*) {
  return ByteString(in) + uppered(to_hex(big_endian(crc32(in))));
}

Function crc32_hex_body(ByteView in, SampleRandom*) {
  return ByteString(in) + "_" + to_hex(big_endian(crc32(after_last_underscore(in))));
}

Function crc32le_hex(ByteView in, SampleRandom*) {
  const ByteString sum = big_endian(crc32(in));
  return ByteString(in) + "_" + to_hex(ByteString(sum.rbegin(), sum.rend()));
}

// The payload is what stands between the prefix "glpat-" or "glrt-t1_" and the first dot.
Function gitlab_routable(ByteView in, SampleRandom*) {
  const ByteView head = in.substr(0, in.find('.'));
  const std::size_t dash = head.find('-');
  if (!head.starts_with("gl") || dash == ByteView::npos) {
    return usage_error("gitlab_routable takes a prefix such as \"glpat-\" and a payload");
  }
  ByteView payload = head.substr(dash + 1);
  const bool typed = payload.size() > 2 && payload[0] == 't' && payload[2] == '_' &&
                     payload[1] >= '0' && payload[1] <= '9';
  if (typed) payload.remove_prefix(3);
  if (payload.size() >= kBase36.size() * kBase36.size()) {
    return usage_error("gitlab_routable takes a payload of up to 1295 bytes");
  }
  const ByteString text = ByteString(in) + "." + in_digits(payload.size(), kBase36, 2);
  return text + in_digits(crc32(text), kBase36, 7);
}

Function xor_mod62(ByteView in, SampleRandom*) {
  unsigned sum = 0;
  for (const char c : after_last_underscore(in)) sum ^= octet(c);
  return ByteString(in) + kLettersFirst62[sum % 62];
}

Function luhn(ByteView in, SampleRandom*) {
  unsigned sum = 0;
  bool doubled = true;  // the digit next to the one that is added
  for (auto c = in.rbegin(); c != in.rend(); ++c) {
    if (*c < '0' || *c > '9') continue;
    const unsigned digit = octet(*c) - '0';
    sum += !doubled ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    doubled = !doubled;
  }
  return ByteString(in) + static_cast<char>('0' + (10 - sum % 10) % 10);
}

// BIP-173: a BCH code over five-bit values, the prefix spread into high and low bits.
Function bech32(ByteView in, SampleRandom*) {
  const bool is_upper =
      std::none_of(in.begin(), in.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const ByteString text = lowered(in);
  const std::size_t separator = text.rfind('1');
  if (separator == ByteString::npos || separator == 0) {
    return usage_error("bech32 takes a prefix, '1' and bech32 characters");
  }
  std::vector<unsigned> values;
  for (const char c : text.substr(0, separator)) values.push_back(octet(c) >> 5);
  values.push_back(0);
  for (const char c : text.substr(0, separator)) values.push_back(octet(c) & 31U);
  for (const char c : text.substr(separator + 1)) {
    const std::size_t value = kBech32.find(c);
    if (value == ByteView::npos) return usage_error("no bech32 character: " + quoted({&c, 1}));
    values.push_back(static_cast<unsigned>(value));
  }
  values.insert(values.end(), 6, 0);
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                       0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  for (const unsigned value : values) {
    const std::uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffffU) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1U) != 0) sum ^= kGenerator[i];
    }
  }
  const ByteString out = text + in_digits(sum ^ 1U, kBech32, 6);
  return is_upper ? uppered(out) : out;
}

Function base58check(ByteView in, SampleRandom* random) {
  const auto view = [](const Sha256& hash) {
    return ByteView(reinterpret_cast<const char*>(hash.data()), hash.size());
  };
  const Sha256 once = sha256(in);
  const Sha256 twice = sha256(view(once));
  return base58(ByteString(in).append(view(twice).substr(0, 4)), random);
}

Function base32_crc16(ByteView in, SampleRandom*) {
  std::uint32_t sum = 0;  // CRC-16/XMODEM: polynomial 0x1021, nothing reflected
  for (const char c : in) {
    sum ^= octet(c) << 8;
    for (int bit = 0; bit < 8; ++bit)
      sum = (sum << 1 ^ ((sum & 0x8000U) != 0 ? 0x1021U : 0)) & 0xffffU;
  }
  ByteString bytes(in);
  bytes += static_cast<char>(sum & 0xffU);
  bytes += static_cast<char>(sum >> 8);
  return in_groups(bytes, kBase32, 5);
}

// The account number stands in bits 7 to 46 of the first six of the ten bytes.
Function aws_key_id(ByteView in, SampleRandom* random) {
  constexpr std::uint64_t kField = 0x7fffffffff80;
  const std::uint64_t account = 100'000'000'000 + random->next() % 900'000'000'000;
  const std::uint64_t number = (random->next() & 0xffffffffffff & ~kField) | account << 7;
  ByteString bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  bytes += random->bytes(4);
  return ByteString(in) + in_groups(bytes, kBase32, 5);
}

Function jwt(ByteView in, SampleRandom* random) {
  if (!in.empty()) return usage_error("jwt takes nothing");
  const std::uint64_t expiry = 2'000'000'000 + random->below(1'000'000'000);  // from 2033 on
  const ByteString payload = R"({"sub":")" + draw_uuid(random) + R"(","iat":)" +
                             std::to_string(expiry - 500'000'000) + R"(,"exp":)" +
                             std::to_string(expiry) + "}";
  return in_groups(R"({"alg":"HS256","typ":"JWT"})", kBase64Url, 6) + "." +
         in_groups(payload, kBase64Url, 6) + "." + in_groups(random->bytes(32), kBase64Url, 6);
}

constexpr std::array kFunctions = {
    SampleFunction{"aws_key_id", aws_key_id},
    SampleFunction{"base32", base32},
    SampleFunction{"base32_crc16", base32_crc16},
    SampleFunction{"base58", base58},
    SampleFunction{"base58check", base58check},
    SampleFunction{"base64", base64},
    SampleFunction{"base64url", base64url},
    SampleFunction{"bech32", bech32},
    SampleFunction{"crc32_base62", crc32_base62},
    SampleFunction{"crc32_hex_body", crc32_hex_body},
    SampleFunction{"crc32_hex_upper", crc32_hex_upper},
    SampleFunction{"crc32le_hex", crc32le_hex},
    SampleFunction{"gitlab_routable", gitlab_routable},
    SampleFunction{"hex", hex},
    SampleFunction{"json", json},
    SampleFunction{"jwt", jwt},
    SampleFunction{"lower", lower},
    SampleFunction{"luhn", luhn},
    SampleFunction{"percent", percent},
    SampleFunction{"reverse", reverse},
    SampleFunction{"upper", upper},
    SampleFunction{"utf16be", utf16be},
    SampleFunction{"utf16le", utf16le},
    SampleFunction{"xor_mod62", xor_mod62},
};

}  // namespace

const SampleFunction* find_sample_function(std::string_view name) {
  const auto found =
      std::find_if(kFunctions.begin(), kFunctions.end(),
                   [&](const SampleFunction& function) { return function.name == name; });
  return found == kFunctions.end() ? nullptr : &*found;
}

std::vector<std::string_view> sample_function_names() {
  std::vector<std::string_view> names = {"repeat", "pem"};
  for (const SampleFunction& function : kFunctions) names.push_back(function.name);
  return names;
}

Result<ByteString> make_pem(std::string_view label, std::uint64_t size, SampleRandom* random) {
  constexpr std::uint64_t kLeast = 64;
  constexpr std::uint64_t kMost = 60000;  // a DER length of two bytes
  constexpr std::size_t kLineLength = 64;
  if (size < kLeast || size > kMost) return usage_error("pem takes a size from 64 to 60000");
  ByteString body;
  if (label.find("OPENSSH") != std::string_view::npos) {
    body.assign("openssh-key-v1\0", 15);
  } else {
    // SEQUENCE with the length of what follows, then INTEGER 0, the version of most key formats.
    const std::uint64_t head = size - 2 < 128 ? 2 : size - 3 < 256 ? 3 : 4;
    const std::uint64_t length = size - head;
    body += '\x30';
    if (head > 2) body += static_cast<char>(0x80 + head - 2);
    if (head == 4) body += static_cast<char>(length >> 8);
    body += static_cast<char>(length & 0xff);
    body.append("\x02\x01\x00", 3);
  }
  body += random->bytes(size - body.size());
  const ByteString text = encode_base64(body);
  ByteString out = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLineLength) {
    out.append(text, at, kLineLength).push_back('\n');
  }
  return out + "-----END " + std::string(label) + "-----";
}

}  // namespace dragnet
