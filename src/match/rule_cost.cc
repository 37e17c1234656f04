#include "match/rule_cost.h"

#include <algorithm>
#include <string>
#include <utility>

#include "match/confirm.h"

namespace dragnet {

namespace {

constexpr std::size_t kChunk = 256 << 10;

// All hits in `text`, whose ends are counted from its start.
Result<std::vector<AnchorHit>> hits_of(const HyperscanDatabase& database, ByteView text) {
  const auto scratch = HyperscanScratch::allocate(database);
  if (!scratch) return scratch.error();
  std::vector<AnchorHit> all;
  for (std::size_t at = 0; at < text.size(); at += kChunk) {
    const std::size_t before = all.size();
    scratch->scan(database, text.substr(at, kChunk), &all);
    for (std::size_t i = before; i < all.size(); ++i) {
      all[i].end += static_cast<std::uint32_t>(at);
    }
  }
  return all;
}

}  // namespace

bool asks_regex(const RulePack& pack, ByteView text, const AnchorHit& hit) {
  const CompiledRule& rule = pack.rules()[pack.rule_of_pattern(hit.pattern)];
  if (rule.whole_blob()) return true;
  const std::uint64_t from = hit.end > rule.lookbehind ? hit.end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), hit.end + rule.lookahead);
  return rule.precheck.passes(text, from, hit.end, to);
}

Result<std::vector<RuleCost>> count_rule_costs(const RulePack& pack, ByteView text) {
  std::vector<RuleCost> costs(pack.rules().size());
  // Without glances, which have a say in what is looked for.
  std::vector<std::string> patterns;
  patterns.reserve(costs.size());
  for (std::uint32_t i = 0; i < pack.database().glances().size(); ++i) {
    patterns.push_back(pack.rules()[pack.rule_of_pattern(i)].anchor.pattern);
  }
  std::size_t bad = 0;
  const auto bare = HyperscanDatabase::compile(patterns, &bad);
  if (!bare) return bare.error();
  const auto called = hits_of(bare.value(), text);
  if (!called) return called.error();
  const auto rule_of = [&](const AnchorHit& hit) { return pack.rule_of_pattern(hit.pattern); };
  for (const AnchorHit& hit : called.value()) {
    if (rule_of(hit) < costs.size()) ++costs[rule_of(hit)].called;
  }
  const auto stored = hits_of(pack.database(), text);
  if (!stored) return stored.error();
  for (const AnchorHit& hit : stored.value()) {
    const std::uint32_t rule = rule_of(hit);
    if (rule >= costs.size() || !pack.rules()[rule].anchored()) continue;
    ++costs[rule].stored;
    if (!asks_regex(pack, text, hit)) continue;
    ++costs[rule].asked;
    if (pack.rules()[rule].whole_blob()) continue;
    costs[rule].confirmed += confirm_anchor(pack, rule, text, hit.end) ? 1 : 0;
  }
  return costs;
}

}  // namespace dragnet
