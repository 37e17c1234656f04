#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/ascii.h"
#include "base/digits.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

// Lower case; a digit or punctuation at the end does not make them better.
constexpr std::array<std::string_view, 30> kSamplePasswords = {
    "password", "passwd",   "pass",   "pw",    "pwd",        "secret",      "test",    "testing",
    "admin",    "root",     "user",   "guest", "foo",        "bar",         "foobar",  "changeit",
    "letmein",  "postgres", "mysql",  "redis", "mongo",      "token",       "hunter2", "qwerty",
    "default",  "demo",     "sample", "none",  "mypassword", "my-secret-pw"};

}  // namespace

std::optional<ByteString> decode_base32(ByteView text) {
  ByteString out;
  out.reserve(text.size() * 5 / 8);
  std::uint32_t buffer = 0;
  unsigned have = 0;
  for (const char c : text) {
    const std::size_t digit = kBase32.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    buffer = (buffer << 5 | static_cast<std::uint32_t>(digit)) & 0xfff;
    have += 5;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(buffer >> have & 0xff);
    }
  }
  return out;
}

std::optional<ByteString> decode_base58(ByteView text) {
  constexpr std::size_t kLongest = 128;
  if (text.size() > kLongest) return std::nullopt;
  std::vector<std::uint8_t> bytes;  // the lowest first
  bytes.reserve(text.size());
  for (const char c : text) {
    const std::size_t digit = kBase58.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    auto carry = static_cast<unsigned>(digit);
    for (std::uint8_t& byte : bytes) {
      carry += byte * 58U;
      byte = static_cast<std::uint8_t>(carry & 0xff);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push_back(static_cast<std::uint8_t>(carry & 0xff));
  }
  ByteString out(std::min(text.find_first_not_of(kBase58.front()), text.size()), '\0');
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) out += static_cast<char>(*byte);
  return out;
}

std::string printable_name(ByteView text) {
  constexpr std::size_t kLongest = 100;
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return printable ? std::string(text.substr(0, kLongest)) : std::string();
}

std::string json_name(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_string()) return {};
  return printable_name(member->get_ref<const std::string&>());
}

bool is_sample_password(ByteView password) {
  std::string word;
  for (const char c : password.substr(0, 64)) {
    word += lower(c);
  }
  const std::size_t last = word.find_last_not_of("0123456789!");
  word.erase(last == std::string::npos ? 0 : last + 1);
  return word.empty() || is_placeholder(password) ||
         std::find(kSamplePasswords.begin(), kSamplePasswords.end(), word) !=
             kSamplePasswords.end();
}

}  // namespace dragnet
