#include "match/regex_store.h"

#include <utility>

namespace dragnet {

namespace {

// Per object, program and both automata; when the automata outgrow it RE2 starts them afresh or
// falls back to the slower NFA. RE2's default is 8 MiB.
constexpr std::int64_t kMaxRegexMemory = 4 << 20;

}  // namespace

re2::RE2::Options regex_options() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(kMaxRegexMemory);
  return options;
}

Status check_regex(const std::string& pattern) {
  const re2::RE2 regex(pattern, regex_options());
  if (!regex.ok()) return usage_error("RE2 refuses it: " + regex.error());
  return ok_status();
}

RegexStore::RegexStore(std::vector<const std::string*> patterns)
    : patterns_(std::move(patterns)), slots_(std::make_unique<Slot[]>(patterns_.size())) {}

const RegexStore::Slot& RegexStore::slot(std::size_t index) const {
  Slot& slot = slots_[index];
  std::call_once(slot.once, [&] {
    slot.regex = std::make_unique<re2::RE2>(*patterns_[index], regex_options());
    if (slot.regex->NumberOfCapturingGroups() == 1) {
      slot.secret = SecretPlace::derive(*patterns_[index]);
    }
  });
  return slot;
}

const re2::RE2& RegexStore::at(std::size_t index) const { return *slot(index).regex; }

const SecretPlace& RegexStore::secret_place(std::size_t index) const { return slot(index).secret; }

const re2::RE2& RegexStore::of(const std::string& pattern) const {
  const std::scoped_lock lock(mutex_);
  auto& regex = others_[pattern];
  if (!regex) regex = std::make_unique<re2::RE2>(pattern, regex_options());
  return *regex;
}

}  // namespace dragnet
