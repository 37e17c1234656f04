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

#include "match/rule_cost.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

int print_table(ByteView text, std::size_t lines) {
  auto rules = load_rules(default_rule_files());
  const auto pack = RulePack::compile(std::move(rules).value()).value();
  const auto counted = count_rule_costs(*pack, text);
  if (!counted) return 2;
  const std::vector<RuleCost>& counts = counted.value();
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return counts[a].called > counts[b].called;
  });
  const double megabytes = static_cast<double>(text.size()) * 1e-6;
  const auto print = [&](const RuleCost& c, const std::string& name, const std::string& anchor) {
    std::printf("%9.2f %9.2f %9.2f %7zu  %-36s %.120s\n", static_cast<double>(c.called) / megabytes,
                static_cast<double>(c.stored) / megabytes, static_cast<double>(c.asked) / megabytes,
                c.confirmed, name.c_str(), anchor.c_str());
  };
  std::printf("  called    stored  asked RE2, per MB; confirmed, all\n");
  RuleCost sum;
  for (const RuleCost& c : counts) {
    sum.called += c.called;
    sum.stored += c.stored;
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
