#include "match/rule_pack.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"
#include "match/checks.h"
#include "match/pack_codec.h"
#include "match/path_names.h"
#include "match/regex_ast.h"
#include "match/regex_store.h"

namespace dragnet {

namespace {

// Bump where the codec's fields, the derivation of anchors or their meaning change.
constexpr std::uint64_t kFormat = 0x6472'6167'6e65'000b;

Error at_rule(const Rule& rule, const Error& error) {
  return usage_error(rule.place.text() + ": rule '" + rule.id + "': " + error.message, error.hint);
}

Status check_lists(const std::vector<Allowlist>& lists) {
  for (const Allowlist& list : lists) {
    for (const auto* patterns : {&list.regexes, &list.paths}) {
      for (const std::string& pattern : *patterns) {
        if (auto status = check_regex(pattern); !status) {
          return usage_error(list.place.text() + ": allowlist regex '" + pattern +
                             "': " + status.error().message);
        }
      }
    }
  }
  return ok_status();
}

Status check_group(const Rule& rule) {
  const int groups = re2::RE2(rule.regex, regex_options()).NumberOfCapturingGroups();
  if (rule.secret_group > static_cast<std::uint32_t>(groups)) {
    return usage_error("secretGroup is " + std::to_string(rule.secret_group) +
                           ", but the regex has " + std::to_string(groups) + " groups",
                       "count its capturing parentheses");
  }
  return ok_status();
}

std::vector<NameWord> name_words(const Rule& rule) {
  std::vector<NameWord> words;
  for (const std::string& name : rule.names) {
    if (auto word = parse_name_word(name)) words.push_back(*std::move(word));
  }
  return words;
}

// How many bytes that every match has after the anchor become part of it: half of what the narrow
// width leaves, the other half is for what stands before it.
void add_tail(CompiledRule* rule) {
  Anchor& anchor = rule->anchor;
  if (rule->whole_blob() || anchor.max_width >= kNarrowWidth) return;
  rule->precheck.set_tail(std::min((kNarrowWidth - anchor.max_width + 1) / 2, rule->lookahead));
  const std::uint32_t tail = rule->precheck.tail();
  anchor.min_width += tail;
  anchor.max_width += tail;
  rule->lookbehind += tail;
  rule->lookahead -= tail;
}

// Where the rule's regex is looked for, and what is asked there before it.
Status add_anchor(const Rule& rule, CompiledRule* out) {
  if (auto status = check_regex(rule.regex); !status) return status;
  if (auto status = check_group(rule); !status) return status;
  // Where the rule names words, the parser has to be told of the end of each.
  const bool by_names = !rule.names.empty();
  const std::string& given = by_names ? rule.regex : rule.anchor;
  auto anchor = given.empty() ? derive_anchor(rule.regex) : check_anchor(given, rule.regex);
  if (!anchor) return std::move(anchor).error();
  out->anchor = std::move(anchor).value();
  out->lookbehind =
      rule.lookbehind.value_or(out->anchor.lookbehind.value_or(CompiledRule::kWholeBlob));
  out->lookahead =
      rule.lookahead.value_or(out->anchor.lookahead.value_or(CompiledRule::kWholeBlob));
  if (out->anchor.whole_text) return ok_status();
  if (by_names) {
    // The parser reads on from a word's end; the regex is nothing but the words.
    out->lookbehind = kAssignmentBehind;
    out->lookahead = kAssignmentAhead;
  }
  const auto regex = parse_regex(by_names ? assignment_regex(name_words(rule)) : rule.regex);
  const auto pattern = parse_regex(out->anchor.pattern);
  if (regex && pattern) out->precheck = Precheck::derive(regex.value(), pattern.value());
  out->in_line = by_names || (regex && !can_hold(regex.value(), '\n'));
  add_tail(out);
  return ok_status();
}

}  // namespace

Result<CompiledRule> compile_rule(Rule rule) {
  CompiledRule out;
  if (!rule.path.empty()) {
    if (auto status = check_regex(rule.path); !status) return at_rule(rule, status.error());
    out.tells_name = tells_name(rule.path);
  }
  if (auto status = check_lists(rule.allowlists); !status) return std::move(status).error();
  if (!rule.check.empty() && !is_check(rule.check)) {
    return at_rule(
        rule, usage_error("unknown check '" + rule.check + "'", "use one of: " + check_names()));
  }
  if (!rule.regex.empty()) {
    if (auto status = add_anchor(rule, &out); !status) return at_rule(rule, status.error());
  }
  out.rule = std::move(rule);
  return out;
}

RulePack::RulePack() = default;
RulePack::~RulePack() = default;

// What follows from the rules and is not written to bytes.
void RulePack::index() {
  std::vector<const std::string*> patterns;
  for (std::uint32_t i = 0; i < rules_.size(); ++i) {
    CompiledRule& rule = rules_[i];
    patterns.push_back(&rule.rule.regex);
    rule.words = name_words(rule.rule);
    if (rule.path_only()) {
      path_only_rules_.push_back(i);
      continue;
    }
    if (rule.whole_text()) {
      whole_text_rules_.push_back(i);
      longest_whole_text_ = std::max(longest_whole_text_, rule.anchor.max_width);
      continue;
    }
    pattern_rules_.push_back(i);
    anchor_width_ = std::max(anchor_width_, rule.anchor.max_width);
  }
  regexes_ = std::make_unique<RegexStore>(std::move(patterns));
}

// When the rules stay where they are.
std::vector<AnchorGlance> RulePack::glances() const {
  std::vector<AnchorGlance> glances;
  glances.reserve(pattern_rules_.size());
  for (const std::uint32_t rule : pattern_rules_) {
    glances.emplace_back(rules_[rule].precheck, anchor_width_);
  }
  return glances;
}

std::vector<Error> RulePack::errors(const RuleSet& rules) {
  std::vector<Error> out;
  if (auto status = check_lists(rules.allowlists); !status) out.push_back(status.error());
  for (const Rule& rule : rules.rules) {
    if (auto compiled = compile_rule(rule); !compiled) out.push_back(std::move(compiled).error());
  }
  return out;
}

Result<std::shared_ptr<const RulePack>> RulePack::compile(RuleSet set) {
  std::shared_ptr<RulePack> pack(new RulePack);
  if (auto status = check_lists(set.allowlists); !status) return std::move(status).error();
  pack->allowlists_ = std::move(set.allowlists);
  for (Rule& rule : set.rules) {
    auto compiled = compile_rule(std::move(rule));
    if (!compiled) return std::move(compiled).error();
    pack->rules_.push_back(std::move(compiled).value());
  }
  pack->index();
  std::vector<std::string> patterns;
  for (const std::uint32_t rule : pack->pattern_rules_) {
    patterns.push_back(pack->rules_[rule].anchor.pattern);
  }
  std::size_t bad = 0;
  auto database = HyperscanDatabase::compile(patterns, &bad, pack->glances());
  if (!database) {
    if (bad >= pack->pattern_rules_.size()) return std::move(database).error();
    return at_rule(pack->rules_[pack->pattern_rules_[bad]].rule, database.error());
  }
  pack->database_ = std::make_unique<HyperscanDatabase>(std::move(database).value());
  PackWriter writer;
  writer(pack->rules_);
  writer(pack->allowlists_);
  const Sha256 digest = sha256(writer.take());
  pack->hash_ = to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
  return std::shared_ptr<const RulePack>(std::move(pack));
}

Result<ByteString> RulePack::to_bytes() const {
  auto database = database_->serialize();
  if (!database) return std::move(database).error();
  PackWriter writer;
  auto& self = const_cast<RulePack&>(*this);  // NOLINT: the writer only reads
  std::string platform = HyperscanDatabase::platform();
  writer(platform);
  writer(self.rules_);
  writer(self.allowlists_);
  writer(self.hash_);
  writer(database.value());
  const ByteString body = writer.take();
  PackWriter head;
  std::uint64_t format = kFormat;
  std::uint64_t sum = checksum64(body, kFormat);
  head(format);
  head(sum);
  return head.take() + body;
}

Result<std::shared_ptr<const RulePack>> RulePack::from_bytes(ByteView bytes) {
  const Error damaged = unreadable_error("rule pack: damaged, or of another version or CPU");
  std::uint64_t format = 0;
  std::uint64_t sum = 0;
  if (bytes.size() < 16) return damaged;
  PackReader head(bytes.substr(0, 16));
  head(format);
  head(sum);
  const ByteView body = bytes.substr(16);
  if (format != kFormat || sum != checksum64(body, kFormat)) return damaged;
  PackReader reader(body);
  std::string platform;
  reader(platform);
  if (platform != HyperscanDatabase::platform()) return damaged;
  std::shared_ptr<RulePack> pack(new RulePack);
  std::string database;
  reader(pack->rules_);
  reader(pack->allowlists_);
  reader(pack->hash_);
  reader(database);
  if (!reader.complete()) return damaged;
  auto ready = HyperscanDatabase::deserialize(database);
  if (!ready) return std::move(ready).error();
  pack->database_ = std::make_unique<HyperscanDatabase>(std::move(ready).value());
  pack->index();
  pack->database_->set_glances(pack->glances());
  return std::shared_ptr<const RulePack>(std::move(pack));
}

std::size_t RulePack::memory() const {
  // Rules are a few hundred bytes of text each; the database is most of it.
  return database_->size() + rules_.size() * 4096;
}

}  // namespace dragnet
