// Every check on one secret: the same answer twice, and what is told can be printed and does not
// hold the secret.
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "match/checks.h"

using dragnet::ByteView;
using dragnet::CheckResult;
using dragnet::SecretFacts;
using dragnet::fuzz::require;

namespace {

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  const std::string list = dragnet::check_names() + ", ";
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = list.find(", ", at);
    names.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return names;
}

bool printable(ByteView text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> names = all_names();
  const ByteView secret = dragnet::fuzz::as_bytes(data, size);
  for (const std::string& name : names) {
    const CheckResult result = dragnet::run_check(name, secret);
    require(result == dragnet::run_check(name, secret));
    if (result == CheckResult::kFails) continue;
    const SecretFacts facts = dragnet::describe_secret(name, secret);
    require(printable(facts.account) && printable(facts.detail));
    require(facts.account.size() < 256 && facts.detail.size() < 256);
    if (secret.size() < 8) continue;
    require(facts.account.find(secret) == std::string::npos);
    require(facts.detail.find(secret) == std::string::npos);
  }
  return 0;
}
