#include "match/regex_store.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace dragnet {

namespace {

// Per object, program and both automata; when the automata outgrow it RE2 starts them afresh or
// falls back to the slower NFA. RE2's default is 8 MiB.
constexpr std::int64_t kMaxRegexMemory = 4 << 20;

bool may_have_high_bytes(const std::string& pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (octet(pattern[i]) >= 0x80) return true;
    if (pattern[i] != '\\' || ++i + 1 >= pattern.size()) continue;
    // \x9f, \x{9f} and \237, and nothing that is common.
    if (pattern[i] == 'x' && pattern.find_first_of("89abcdefABCDEF{", i + 1) == i + 1) return true;
    if (is_digit(pattern[i])) return true;
  }
  return false;
}

}  // namespace

re2::RE2::Options regex_options() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(kMaxRegexMemory);
  return options;
}

std::unique_ptr<re2::RE2> make_regex(const std::string& pattern, const re2::RE2::Options& options) {
  if (may_have_high_bytes(pattern)) {
    // RE2 looks for no beginning where an assertion comes first: this one always holds.
    auto regex = std::make_unique<re2::RE2>("(?:\\b|\\B)(?:" + pattern + ")", options);
    if (regex->ok()) return regex;
  }
  // It has none, or quotes its end with \Q, or is just not too large for RE2.
  return std::make_unique<re2::RE2>(pattern, options);
}

Status check_regex(const std::string& pattern) {
  const re2::RE2 regex(pattern, regex_options());
  if (!regex.ok()) return usage_error("RE2 refuses it: " + regex.error());
  return ok_status();
}

RegexStore::RegexStore(std::vector<const std::string*> patterns)
    : patterns_(std::move(patterns)), slots_(std::make_unique<Slot[]>(patterns_.size())) {}

const re2::RE2& RegexStore::at(std::size_t index) const {
  Slot& slot = slots_[index];
  std::call_once(slot.regex_once, [&] { slot.regex = make_regex(*patterns_[index]); });
  return *slot.regex;
}

const RegexProgram* RegexStore::program(std::size_t index) const {
  Slot& slot = slots_[index];
  if (!slot.made.load(std::memory_order_acquire)) {
    std::call_once(slot.program_once, [&] {
      const auto tree = parse_regex(*patterns_[index]);
      if (tree) slot.program = RegexProgram::compile(tree.value());
      slot.made.store(true, std::memory_order_release);
    });
  }
  return slot.program ? &*slot.program : nullptr;
}

const re2::RE2& RegexStore::of(const std::string& pattern) const {
  const std::scoped_lock lock(mutex_);
  auto& regex = others_[pattern];
  if (!regex) regex = make_regex(pattern);
  return *regex;
}

bool RegexStore::any_matches(const std::vector<std::string>& patterns, ByteView bytes) const {
  const Joined& regexes = joined(patterns);
  return std::any_of(regexes.begin(), regexes.end(), [&](const std::unique_ptr<re2::RE2>& regex) {
    return re2::RE2::PartialMatch({bytes.data(), bytes.size()}, *regex);
  });
}

const RegexStore::Joined& RegexStore::joined(const std::vector<std::string>& patterns) const {
  {
    const std::shared_lock lock(joined_mutex_);
    if (const auto known = joined_.find(&patterns); known != joined_.end()) return known->second;
  }
  const std::scoped_lock lock(joined_mutex_);
  Joined& regexes = joined_[&patterns];
  if (!regexes.empty() || patterns.empty()) return regexes;
  re2::RE2::Options options = regex_options();
  options.set_never_capture(true);
  std::string all;
  for (const std::string& pattern : patterns) {
    all += (all.empty() ? "(?:" : "|(?:") + pattern + ")";
  }
  regexes.push_back(make_regex(all, options));
  if (regexes.front()->ok()) return regexes;
  regexes.clear();
  for (const std::string& pattern : patterns) {
    regexes.push_back(make_regex(pattern, options));
  }
  return regexes;
}

}  // namespace dragnet
