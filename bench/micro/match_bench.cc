// What matching costs: Hyperscan alone, a confirm, a scan with all three steps, entropy, and taking
// a rule pack from its bytes. The text is made up from the common words of source code by a seed,
// with secrets expanded from the rules' own samples, so that a run needs nothing from outside; set
// DRAGNET_BENCH_TEXT to a file of real source code for figures that mean more.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "match/checks.h"
#include "match/confirm.h"
#include "match/hyperscan.h"
#include "match/rule_pack.h"
#include "match/scanner.h"
#include "rules/loader.h"
#include "rules/sample.h"

namespace dragnet {

namespace {

constexpr std::size_t kTextBytes = 16 << 20;
constexpr std::size_t kChunk = 256 << 10;

const RulePack& default_pack() {
  static const std::shared_ptr<const RulePack> pack = [] {
    auto rules = load_rules(default_rule_files());
    return RulePack::compile(std::move(rules).value()).value();
  }();
  return *pack;
}

// Lines that look like code: words of a small vocabulary, punctuation, numbers, indentation.
std::string made_up_text() {
  static constexpr const char* kWords[] = {
      "return", "const",  "static", "value",  "string", "error", "token", "key",  "file", "if",
      "config", "result", "secret", "struct", "https",  "user",  "name",  "test", "int",  "char"};
  static constexpr const char* kJoints[] = {" ",   " ",  "_", "(",  ")",
                                            " = ", ": ", ".", ", ", ";\n  "};
  std::mt19937 random(20261121);  // its sequence is fixed by the standard
  std::string text;
  while (text.size() < kTextBytes) {
    text += kWords[random() % std::size(kWords)];
    text += kJoints[random() % std::size(kJoints)];
    if (random() % 16 == 0) text += std::to_string(random());
  }
  return text;
}

const std::string& source_text() {
  static const std::string text = [] {
    const char* path = std::getenv("DRAGNET_BENCH_TEXT");
    if (path == nullptr) return made_up_text();
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  return text;
}

// One positive of a rule, and the rule's index.
struct Positive {
  std::uint32_t rule;
  ByteString text;
};

std::vector<Positive> positives() {
  std::vector<Positive> out;
  const auto& rules = default_pack().rules();
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].path_only() || rules[i].rule.positives.empty()) continue;
    auto text = expand_sample(rules[i].rule.positives[0], 1);
    if (text) out.push_back({i, std::move(text).value()});
  }
  return out;
}

void hyperscan_rate(benchmark::State& state) {
  const RulePack& pack = default_pack();
  const auto scratch = HyperscanScratch::allocate(pack.database());
  const std::string& text = source_text();
  std::vector<AnchorHit> hits;
  std::size_t count = 0;
  for (auto _ : state) {
    count = 0;
    for (std::size_t at = 0; at < text.size(); at += kChunk) {
      hits.clear();
      scratch->scan(pack.database(), ByteView(text).substr(at, kChunk), &hits);
      count += hits.size();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.counters["hits_per_MB"] =
      static_cast<double>(count) * 1e6 / static_cast<double>(text.size());
}
BENCHMARK(hyperscan_rate)->Unit(benchmark::kMillisecond);

// What the hits of that stage cost in confirm, nearly all of them false.
void confirm_hits(benchmark::State& state) {
  const RulePack& pack = default_pack();
  const auto scratch = HyperscanScratch::allocate(pack.database());
  const std::string& text = source_text();
  std::vector<std::pair<std::uint32_t, std::uint64_t>> all;
  for (std::size_t at = 0; at < text.size(); at += kChunk) {
    std::vector<AnchorHit> hits;
    scratch->scan(pack.database(), ByteView(text).substr(at, kChunk), &hits);
    for (const AnchorHit& hit : hits) {
      const std::uint32_t rule = pack.rule_of_pattern(hit.pattern);
      if (!pack.rules()[rule].whole_blob()) all.emplace_back(rule, at + hit.end);
    }
  }
  if (all.empty()) state.SkipWithError("no hits");
  for (auto _ : state) {
    for (const auto& [rule, end] : all) {
      benchmark::DoNotOptimize(confirm_anchor(pack, rule, text, end));
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * all.size()));
}
BENCHMARK(confirm_hits)->Unit(benchmark::kMillisecond);

void scan_rate(benchmark::State& state) {
  auto scanner = Scanner::create(&default_pack());
  const std::string& text = source_text();
  for (auto _ : state) benchmark::DoNotOptimize(scanner->scan(text).size());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(scan_rate)->Unit(benchmark::kMillisecond);

// One confirm of a true anchor, over every rule in turn.
void confirm_true(benchmark::State& state) {
  const RulePack& pack = default_pack();
  const auto scratch = HyperscanScratch::allocate(pack.database());
  struct Case {
    Positive positive;
    std::uint64_t end;
  };
  std::vector<Case> cases;
  for (Positive& positive : positives()) {
    std::vector<AnchorHit> hits;
    scratch->scan(pack.database(), positive.text, &hits);
    for (const AnchorHit& hit : hits) {
      if (pack.rule_of_pattern(hit.pattern) != positive.rule ||
          pack.rules()[positive.rule].whole_blob() ||
          !confirm_anchor(pack, positive.rule, positive.text, hit.end)) {
        continue;
      }
      cases.push_back({positive, hit.end});
      break;
    }
  }
  if (cases.size() < pack.rules().size() / 2) state.SkipWithError("too few rules confirm");
  std::size_t next = 0;
  for (auto _ : state) {
    const Case& c = cases[next++ % cases.size()];
    benchmark::DoNotOptimize(confirm_anchor(pack, c.positive.rule, c.positive.text, c.end));
  }
}
BENCHMARK(confirm_true);

void entropy_of_40_bytes(benchmark::State& state) {
  const auto secret = expand_sample("{{base62{40}}}", 7);
  double sum = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sum += shannon_entropy(secret.value()));
  if (sum <= 0) state.SkipWithError("entropy must be positive");
}
BENCHMARK(entropy_of_40_bytes);

void pack_from_bytes(benchmark::State& state) {
  const auto bytes = default_pack().to_bytes();
  for (auto _ : state) {
    auto pack = RulePack::from_bytes(bytes.value());
    if (!pack) state.SkipWithError("the pack does not come back");
  }
}
BENCHMARK(pack_from_bytes)->Unit(benchmark::kMillisecond);

void pack_compile(benchmark::State& state) {
  for (auto _ : state) {
    auto rules = load_rules(default_rule_files());
    auto pack = RulePack::compile(std::move(rules).value());
    if (!pack) state.SkipWithError("the rules do not compile");
  }
}
BENCHMARK(pack_compile)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace

}  // namespace dragnet
