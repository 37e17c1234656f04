// The worst that each rule can cost, as far as texts made from its regex and samples show it
// (match/near_miss.h): every rule alone on long near misses of its own, anchor, confirm and judge
// together. Says what is slow and whether twice the text costs twice the time.
//
//     worst_case [--size KB] [--only ID] [--lines N] [--rounds N]
//
// Times are CPU time, the least of several rounds. No rule may be superlinear, and the slowest may
// cost five times the median (issue: the rule set).

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "match/near_miss.h"
#include "match/rule_pack.h"
#include "match/scanner.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

// Twice the text may cost this much more: what lies in between is noise.
constexpr double kLinear = 2.5;

struct Options {
  std::size_t size = 256 << 10;
  std::string only;
  std::size_t lines = 20;
  int rounds = 2;
};

struct Worst {
  std::string rule;
  std::string kind;
  double ns_per_byte = 0;
  double growth = 0;  // time of twice the text, in times of the text
  std::size_t matches = 0;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_of(Scanner* scanner, ByteView text, int rounds, std::size_t* matches) {
  double least = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const double start = cpu_seconds();
    *matches = scanner->scan(text).size();
    least = std::min(least, cpu_seconds() - start);
  }
  return least;
}

// The rule and those that it requires.
std::shared_ptr<const RulePack> pack_of(const RuleSet& all, const std::string& id) {
  auto rules = select_rules(all, std::vector<std::string>{id}, {});
  if (!rules) return nullptr;
  auto pack = RulePack::compile(std::move(rules).value());
  return pack ? std::move(pack).value() : nullptr;
}

std::optional<Worst> worst_of(const RuleSet& all, const Rule& rule, const Options& options) {
  const auto pack = pack_of(all, rule.id);
  if (!pack) return std::nullopt;
  auto scanner = Scanner::create(pack.get());
  if (!scanner) return std::nullopt;
  const auto& rules = pack->rules();
  const auto compiled = std::find_if(rules.begin(), rules.end(), [&](const CompiledRule& other) {
    return other.rule.id == rule.id;
  });
  Worst worst;
  worst.rule = rule.id;
  const double bytes = static_cast<double>(options.size);
  const auto texts = near_misses(*compiled, 2 * options.size);
  const NearMiss* dearest = nullptr;
  for (const NearMiss& miss : texts) {
    const ByteView text = ByteView(miss.text).substr(0, options.size);
    std::size_t matches = 0;
    const double ns = seconds_of(&scanner.value(), text, 1, &matches) * 1e9 / bytes;
    if (ns <= worst.ns_per_byte) continue;
    worst.ns_per_byte = ns;
    worst.matches = matches;
    worst.kind = miss.kind;
    dearest = &miss;
  }
  if (dearest == nullptr) return std::nullopt;
  // Once more in turns: others use this machine too.
  double one = 1e9;
  double two = 1e9;
  std::size_t ignored = 0;
  for (int i = 0; i < options.rounds; ++i) {
    const ByteView half = ByteView(dearest->text).substr(0, options.size);
    one = std::min(one, seconds_of(&scanner.value(), half, 1, &ignored));
    two = std::min(two, seconds_of(&scanner.value(), dearest->text, 1, &ignored));
  }
  worst.ns_per_byte = one * 1e9 / bytes;
  worst.growth = two / one;
  return worst;
}

void print(const Worst& worst) {
  std::printf("%9.2f %7.2f %8zu  %-40s %s\n", worst.ns_per_byte, worst.growth, worst.matches,
              worst.rule.c_str(), worst.kind.c_str());
}

int run(const Options& options) {
  const auto rules = load_rules(default_rule_files());
  if (!rules) return 2;
  std::vector<Worst> all;
  all.reserve(rules->rules.size());
  for (const Rule& rule : rules->rules) {
    if (rule.regex.empty() || (!options.only.empty() && rule.id != options.only)) continue;
    if (auto worst = worst_of(rules.value(), rule, options)) all.push_back(std::move(*worst));
  }
  if (all.empty()) {
    std::fprintf(stderr, "worst_case: no such rule\n");
    return 2;
  }
  std::sort(all.begin(), all.end(),
            [](const Worst& a, const Worst& b) { return a.ns_per_byte > b.ns_per_byte; });
  const double median = all[all.size() / 2].ns_per_byte;
  std::printf("  ns/byte  growth  matches  rule\n");
  for (std::size_t i = 0; i < std::min(options.lines, all.size()); ++i) print(all[i]);
  std::size_t superlinear = 0;
  for (const Worst& worst : all) {
    if (worst.growth < kLinear) continue;
    ++superlinear;
    std::printf("superlinear: ");
    print(worst);
  }
  const auto above = std::count_if(
      all.begin(), all.end(), [&](const Worst& worst) { return worst.ns_per_byte > 5 * median; });
  std::printf(
      "%zu rules, %zu KB each: median %.2f ns/byte, slowest %.2f (%.1f medians), %zu above 5 "
      "medians, %zu superlinear\n",
      all.size(), options.size >> 10, median, all[0].ns_per_byte, all[0].ns_per_byte / median,
      static_cast<std::size_t>(above), superlinear);
  return 0;
}

}  // namespace

}  // namespace dragnet

int main(int argc, char** argv) {
  dragnet::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const char* value = argv[i + 1];
    if (flag == "--size") options.size = std::strtoul(value, nullptr, 10) << 10;
    if (flag == "--only") options.only = value;
    if (flag == "--lines") options.lines = std::strtoul(value, nullptr, 10);
    if (flag == "--rounds") options.rounds = std::max(1, std::atoi(value));
  }
  if (argc % 2 == 0 || options.size == 0) {
    std::fprintf(stderr, "worst_case [--size KB] [--only ID] [--lines N] [--rounds N]\n");
    return 2;
  }
  return dragnet::run(options);
}
