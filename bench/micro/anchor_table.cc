// Which anchors cost what on a text: per rule the hits of the bare anchor, those that the glance
// leaves, those that the precheck leaves to RE2, and what RE2 makes of them. What is called most
// comes first. For whoever mends a rule or what refuses anchors.
//
//     anchor_table FILE [LINES]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "match/confirm.h"
#include "match/hyperscan.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

constexpr std::size_t kChunk = 256 << 10;

struct Counts {
  std::size_t bare = 0;     // Hyperscan's calls
  std::size_t glanced = 0;  // stored
  std::size_t asked = 0;    // RE2's
  std::size_t confirmed = 0;
};

std::vector<AnchorHit> hits_of(const HyperscanDatabase& database, ByteView text) {
  const auto scratch = HyperscanScratch::allocate(database);
  std::vector<AnchorHit> all;
  for (std::size_t at = 0; at < text.size(); at += kChunk) {
    const std::size_t before = all.size();
    if (!scratch->scan(database, text.substr(at, kChunk), &all)) std::abort();
    for (std::size_t i = before; i < all.size(); ++i) {
      all[i].end += static_cast<std::uint32_t>(at);
    }
  }
  return all;
}

void count_glanced(const RulePack& pack, ByteView text, const AnchorHit& hit, Counts* counts) {
  ++counts->glanced;
  const std::uint32_t index = pack.rule_of_pattern(hit.pattern);
  const CompiledRule& rule = pack.rules()[index];
  if (rule.whole_blob()) return;
  const std::uint64_t from = hit.end > rule.lookbehind ? hit.end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), hit.end + rule.lookahead);
  if (!rule.precheck.passes(text, from, hit.end, to)) return;
  ++counts->asked;
  counts->confirmed += confirm_anchor(pack, index, text, hit.end) ? 1 : 0;
}

int print_table(ByteView text, std::size_t lines) {
  auto rules = load_rules(default_rule_files());
  const auto pack = RulePack::compile(std::move(rules).value()).value();
  const auto serialized = pack->database().serialize();
  const auto bare = HyperscanDatabase::deserialize(serialized.value());  // without glances
  std::vector<Counts> counts(pack->rules().size());
  for (const AnchorHit& hit : hits_of(*bare, text)) {
    if (hit.pattern < counts.size()) ++counts[pack->rule_of_pattern(hit.pattern)].bare;
  }
  for (const AnchorHit& hit : hits_of(pack->database(), text)) {
    count_glanced(*pack, text, hit, &counts[pack->rule_of_pattern(hit.pattern)]);
  }
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a].bare > counts[b].bare; });
  const double megabytes = static_cast<double>(text.size()) * 1e-6;
  const auto print = [&](const Counts& c, const std::string& name, const std::string& anchor) {
    std::printf("%9.2f %9.2f %9.2f %7zu  %-36s %.120s\n", static_cast<double>(c.bare) / megabytes,
                static_cast<double>(c.glanced) / megabytes,
                static_cast<double>(c.asked) / megabytes, c.confirmed, name.c_str(),
                anchor.c_str());
  };
  std::printf("  called    stored  asked RE2, per MB; confirmed, all\n");
  Counts sum;
  for (const Counts& c : counts) {
    sum.bare += c.bare;
    sum.glanced += c.glanced;
    sum.asked += c.asked;
    sum.confirmed += c.confirmed;
  }
  print(sum, "all", "");
  for (std::size_t i = 0; i < std::min(lines, order.size()); ++i) {
    const CompiledRule& rule = pack->rules()[order[i]];
    print(counts[order[i]], rule.rule.id, rule.anchor.pattern);
  }
  return 0;
}

}  // namespace

}  // namespace dragnet

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "anchor_table FILE [LINES]\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.empty()) {
    std::fprintf(stderr, "anchor_table: %s cannot be read or is empty\n", argv[1]);
    return 2;
  }
  return dragnet::print_table(text, argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 40);
}
