// A regex, a zero byte, two bytes that say which part of the text to look at, and the text. What
// our own matcher finds there, groups included, has to be what RE2 finds: from the part's start on,
// and where a match has to begin there.
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "match/regex_program.h"
#include "match/regex_store.h"

using dragnet::ByteView;
using dragnet::RegexProgram;
using dragnet::fuzz::require;

namespace {

using Answer = RegexProgram::Answer;

void compare(const RegexProgram& program, const re2::RE2& regex, ByteView text, std::uint64_t from,
             std::uint64_t to, bool anchored) {
  std::uint64_t steps = 20000;
  RegexProgram::Captures captures;
  Answer answer = Answer::kNoMatch;
  for (std::uint64_t at = from; answer == Answer::kNoMatch && at <= (anchored ? from : to); ++at) {
    if (!program.may_start(text, at, to)) continue;
    answer = program.match(text, at, to, &steps, &captures).answer;
  }
  if (answer == Answer::kOutOfSteps) return;
  std::vector<re2::StringPiece> groups(program.groups());
  const bool matches = regex.Match({text.data(), text.size()}, from, to,
                                   anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED,
                                   groups.data(), static_cast<int>(groups.size()));
  require(matches == (answer == Answer::kMatch));
  for (std::size_t i = 0; matches && i < groups.size(); ++i) {
    const bool set = groups[i].data() != nullptr;
    require(set == (captures[2 * i + 1] != RegexProgram::kUnset));
    require(!set || text.data() + captures[2 * i] == groups[i].data());
    require(!set || captures[2 * i + 1] - captures[2 * i] == groups[i].size());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = dragnet::fuzz::as_bytes(data, size);
  const std::size_t zero = bytes.find('\0');
  if (zero == ByteView::npos || zero > 400 || size < zero + 3) return 0;
  const std::string pattern(bytes.substr(0, zero));
  const ByteView text = bytes.substr(zero + 3);
  const auto regex = dragnet::make_regex(pattern);
  if (!regex->ok()) return 0;
  const auto tree = dragnet::parse_regex(pattern);
  if (!tree) return 0;
  const auto program = RegexProgram::compile(tree.value());
  if (!program) return 0;
  const std::uint64_t from = std::min<std::uint64_t>(data[zero + 1], text.size());
  const std::uint64_t to = from + std::min<std::uint64_t>(data[zero + 2], text.size() - from);
  for (const bool anchored : {false, true}) {
    compare(*program, *regex, text, from, to, anchored);
    compare(*program, *regex, text, from, text.size(), anchored);
  }
  return 0;
}
