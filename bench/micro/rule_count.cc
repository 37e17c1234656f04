// What more rules cost: the anchor stage's speed with 500 of the rules compiled in, with 1,000 and
// with all, and the time to compile each set. The 500 are drawn by a seed, the 1,000 hold them;
// five draws tell what doubling costs.
//
//     rule_count [FILE...]
//
// The files are read one after the other as one text; without any it is made up (byte_model.h).
// Rates are CPU time of one thread, the best of alternating rounds, because two cores and other
// people's load make single runs useless.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "match/byte_model.h"
#include "match/hyperscan.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

constexpr std::size_t kChunk = 256 << 10;
constexpr std::size_t kMadeUp = 32 << 20;
constexpr int kRounds = 7;
constexpr std::uint64_t kSeed = 20261121;
constexpr std::uint64_t kDraws = 5;  // of the doubling from 500 to 1,000

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Set {
  std::size_t rules = 0;
  std::shared_ptr<const RulePack> pack;
  double compile_seconds = 0;
  double scan_seconds = 1e9;
  std::size_t hits = 0;
};

// The first `count` of the rules in an order drawn by a seed; what they require is left out, for
// only anchors count here.
Set make_set(const RuleSet& all, std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(all.rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  order.resize(std::min(count, order.size()));
  std::sort(order.begin(), order.end());
  RuleSet some;
  some.rules.reserve(order.size());
  for (const std::size_t i : order) some.rules.push_back(all.rules[i]);
  some.allowlists = all.allowlists;
  Set set;
  set.rules = some.rules.size();
  const double start = cpu_seconds();
  auto pack = RulePack::compile(std::move(some));
  set.compile_seconds = cpu_seconds() - start;
  if (pack) set.pack = std::move(pack).value();
  return set;
}

bool scan(Set* set, ByteView text) {
  const auto scratch = HyperscanScratch::allocate(set->pack->database());
  if (!scratch) return false;
  std::vector<AnchorHit> hits;
  std::size_t count = 0;
  const double start = cpu_seconds();
  for (std::size_t at = 0; at < text.size(); at += kChunk) {
    hits.clear();
    scratch->scan(set->pack->database(), text.substr(at, kChunk), &hits);
    count += hits.size();
  }
  set->scan_seconds = std::min(set->scan_seconds, cpu_seconds() - start);
  set->hits = count;
  return true;
}

bool scan_in_turn(std::vector<Set>* sets, ByteView text) {
  for (int round = 0; round < kRounds; ++round) {
    for (Set& set : *sets) {
      if (!set.pack || !scan(&set, text)) return false;
    }
  }
  return true;
}

// How much of the speed doubling the rules from 500 to 1,000 costs, of several draws: which rules
// are among them counts as much as how many.
bool print_doublings(const RuleSet& rules, ByteView text) {
  std::vector<double> losses;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    std::vector<Set> sets;
    for (const std::size_t count : {std::size_t{500}, std::size_t{1000}}) {
      sets.push_back(make_set(rules, count, kSeed + draw));
    }
    if (!scan_in_turn(&sets, text)) return false;
    losses.push_back((1 - sets[0].scan_seconds / sets[1].scan_seconds) * 100);
    std::printf("draw %llu: from 500 to 1,000 rules %.1f %% slower\n",
                static_cast<unsigned long long>(draw), losses.back());
  }
  std::sort(losses.begin(), losses.end());
  std::printf("median: %.1f %%\n", losses[losses.size() / 2]);
  return true;
}

int run(ByteView text) {
  const auto rules = load_rules(default_rule_files());
  if (!rules) return 2;
  std::vector<Set> sets;
  for (const std::size_t count :
       {std::size_t{250}, std::size_t{500}, std::size_t{1000}, rules->rules.size()}) {
    sets.push_back(make_set(rules.value(), count, kSeed));
  }
  if (!scan_in_turn(&sets, text)) return 2;
  const double megabytes = static_cast<double>(text.size()) * 1e-6;
  std::printf("   rules  compile s      GB/s  hits/MB  database KB   (%.0f MB of text)\n",
              megabytes);
  for (const Set& set : sets) {
    std::printf("%8zu %10.2f %9.3f %8.1f %12zu\n", set.rules, set.compile_seconds,
                megabytes * 1e-3 / set.scan_seconds, static_cast<double>(set.hits) / megabytes,
                set.pack->database().size() >> 10);
  }
  return print_doublings(rules.value(), text) ? 0 : 2;
}

}  // namespace

}  // namespace dragnet

int main(int argc, char** argv) {
  std::string text;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  if (argc > 1 && text.empty()) {
    std::fprintf(stderr, "rule_count: %s cannot be read or is empty\n", argv[1]);
    return 2;
  }
  if (text.empty()) text = dragnet::code_like_text(dragnet::kMadeUp, dragnet::kSeed);
  return dragnet::run(text);
}
