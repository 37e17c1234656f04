// The worst that each rule can cost, as far as texts made from its regex and samples show it
// (match/near_miss.h): every rule alone on texts of its own, anchor, confirm and judge together.
//
//     worst_case [--size KB] [--large KB] [--only ID] [--lines N] [--rounds N] [--dump FILE]
//
// Two series, because they ask two things. *Near misses* make a rule work without a match: what
// somebody can do to a scan, and what issue "the rule set" holds to five medians. *True matches*,
// one after the other, are what a dump of secrets costs; each has to be judged, so they are held to
// the same within their own series. A text is of the second kind where matches cover a tenth of it.
//
// A rule's figure in a series is that of its dearest text of `--size`, CPU time, the least of
// several rounds. Every text is scanned at a quarter of the size too, and the dearest, as well as
// any that looked as if it grew, at `--large`: a byte of that must not cost more.

#include <algorithm>
#include <array>
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

// A byte of the large text may cost this much more than one of the small: what lies in between are
// caches and noise. A text is measured again where a quarter of it showed half of that.
constexpr double kLinear = 1.5;
constexpr double kSuspect = 1.25;
constexpr double kMostMedians = 5;
// Times below this are mostly the clock's.
constexpr double kLeastSeconds = 200e-6;

enum Series : std::size_t { kNearMisses, kTrueMatches, kSeriesCount };
constexpr std::array<const char*, kSeriesCount> kSeriesNames = {"near misses", "true matches"};

struct Options {
  std::size_t size = 64 << 10;
  std::size_t large = 1 << 20;
  std::string only;
  std::string dump;
  std::size_t lines = 20;
  int rounds = 3;
};

struct Worst {
  std::string rule;
  std::string kind;
  double ns_per_byte = 0;
  double growth = 0;  // of the cost of a byte, from `size` to `large`
  std::size_t matches = 0;
};

struct RuleWorst {
  std::array<std::optional<Worst>, kSeriesCount> dearest;
  std::vector<Worst> growing;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The rule and those that it requires.
std::shared_ptr<const RulePack> pack_of(const RuleSet& all, const std::string& id) {
  auto rules = select_rules(all, std::vector<std::string>{id}, {});
  if (!rules) return nullptr;
  auto pack = RulePack::compile(std::move(rules).value());
  return pack ? std::move(pack).value() : nullptr;
}

// One rule's scanner with a clock.
class Bench {
 public:
  Bench(Scanner scanner, const Options& options)
      : scanner_(std::move(scanner)), options_(options) {}

  // Least time of a byte, in nanoseconds; what is over at once is repeated.
  double ns_per_byte(ByteView text, int rounds) {
    double least = 1e9;
    for (int i = 0; i < rounds; ++i) {
      const double start = cpu_seconds();
      double spent = 0;
      int times = 0;
      while (spent < kLeastSeconds) {
        matches_ = &scanner_.scan(text);
        spent = cpu_seconds() - start;
        ++times;
      }
      least = std::min(least, spent / times);
    }
    return least * 1e9 / static_cast<double>(text.size());
  }

  // Of the text that was scanned last.
  std::size_t matches() const { return matches_->size(); }
  Series series(std::size_t size) const {
    std::size_t covered = 0;
    for (const Match& match : *matches_) covered += match.match_end - match.match_start;
    return covered * 10 >= size ? kTrueMatches : kNearMisses;
  }

  RuleWorst worst_of(const Rule& rule, const std::vector<NearMiss>& texts) {
    RuleWorst out;
    std::array<const NearMiss*, kSeriesCount> dearest{};
    std::vector<const NearMiss*> suspects;
    for (const NearMiss& miss : texts) {
      const ByteView text(miss.text);
      const double quarter = ns_per_byte(text.substr(0, options_.size / 4), 1);
      const double ns = ns_per_byte(text.substr(0, options_.size), 1);
      auto& known = out.dearest[series(options_.size)];
      if (ns > quarter * kSuspect) suspects.push_back(&miss);
      if (known && ns <= known->ns_per_byte) continue;
      dearest[series(options_.size)] = &miss;
      known = Worst{rule.id, miss.kind, ns, 0, matches()};
    }
    for (std::size_t i = 0; i < kSeriesCount; ++i) {
      if (!out.dearest[i]) continue;
      out.dearest[i] = again(rule, *dearest[i]);
      if (out.dearest[i]->growth > kLinear) out.growing.push_back(*out.dearest[i]);
    }
    for (const NearMiss* miss : suspects) {
      if (std::find(dearest.begin(), dearest.end(), miss) != dearest.end()) continue;
      Worst worst = again(rule, *miss);
      if (worst.growth > kLinear) out.growing.push_back(std::move(worst));
    }
    return out;
  }

 private:
  // In turns: others use this machine too.
  Worst again(const Rule& rule, const NearMiss& miss) {
    double small = 1e9;
    double large = 1e9;
    Worst worst{rule.id, miss.kind, 0, 0, 0};
    for (int i = 0; i < options_.rounds; ++i) {
      large = std::min(large, ns_per_byte(miss.text, 1));
      small = std::min(small, ns_per_byte(ByteView(miss.text).substr(0, options_.size), 1));
      worst.matches = matches();
    }
    worst.ns_per_byte = small;
    worst.growth = large / small;
    return worst;
  }

  Scanner scanner_;
  const Options& options_;
  const std::vector<Match>* matches_ = nullptr;
};

std::optional<RuleWorst> measure(const RuleSet& all, const Rule& rule, const Options& options) {
  const auto pack = pack_of(all, rule.id);
  if (!pack) return std::nullopt;
  auto scanner = Scanner::create(pack.get());
  if (!scanner) return std::nullopt;
  const auto& rules = pack->rules();
  const auto compiled = std::find_if(rules.begin(), rules.end(), [&](const CompiledRule& other) {
    return other.rule.id == rule.id;
  });
  const auto texts = near_misses(*compiled, options.large);
  if (!options.dump.empty()) {
    std::FILE* file = std::fopen(options.dump.c_str(), "w");
    for (const NearMiss& miss : texts) {
      if (file == nullptr) break;
      std::fprintf(file, "== %s\n%.*s\n", miss.kind.c_str(),
                   static_cast<int>(std::min<std::size_t>(miss.unit.size(), 2000)),
                   miss.unit.c_str());
    }
    if (file != nullptr) std::fclose(file);
  }
  Bench bench(std::move(scanner).value(), options);
  bench.ns_per_byte(ByteView(rule.id), 1);
  return bench.worst_of(rule, texts);
}

void print(const Worst& worst) {
  std::printf("%9.2f %7.2f %8zu  %-40s %s\n", worst.ns_per_byte, worst.growth, worst.matches,
              worst.rule.c_str(), worst.kind.c_str());
}

// The dearest, and how many lie above five medians.
void report(const char* name, std::vector<Worst> all, std::size_t lines) {
  if (all.empty()) return;
  std::sort(all.begin(), all.end(),
            [](const Worst& a, const Worst& b) { return a.ns_per_byte > b.ns_per_byte; });
  const double median = all[all.size() / 2].ns_per_byte;
  const auto above = std::count_if(all.begin(), all.end(), [&](const Worst& worst) {
    return worst.ns_per_byte > kMostMedians * median;
  });
  std::printf("%s\n  ns/byte  growth  matches  rule\n", name);
  for (std::size_t i = 0; i < std::min(lines, all.size()); ++i) print(all[i]);
  std::printf("%s: %zu rules, median %.2f ns/byte, slowest %.2f (%.1f medians), %zu above %.0f\n\n",
              name, all.size(), median, all[0].ns_per_byte, all[0].ns_per_byte / median,
              static_cast<std::size_t>(above), kMostMedians);
}

int run(const Options& options) {
  const auto rules = load_rules(default_rule_files());
  if (!rules) return 2;
  std::array<std::vector<Worst>, kSeriesCount> series;
  std::vector<Worst> both;
  std::vector<Worst> growing;
  for (const Rule& rule : rules->rules) {
    if (rule.regex.empty() || (!options.only.empty() && rule.id != options.only)) continue;
    const auto worst = measure(rules.value(), rule, options);
    if (!worst) continue;
    const Worst* dearest = nullptr;
    for (std::size_t i = 0; i < kSeriesCount; ++i) {
      if (!worst->dearest[i]) continue;
      series[i].push_back(*worst->dearest[i]);
      if (dearest == nullptr || dearest->ns_per_byte < series[i].back().ns_per_byte) {
        dearest = &*worst->dearest[i];
      }
    }
    if (dearest != nullptr) both.push_back(*dearest);
    growing.insert(growing.end(), worst->growing.begin(), worst->growing.end());
  }
  if (both.empty()) {
    std::fprintf(stderr, "worst_case: no such rule\n");
    return 2;
  }
  for (std::size_t i = 0; i < kSeriesCount; ++i) {
    report(kSeriesNames[i], series[i], options.lines);
  }
  report("the dearer of both", both, 0);
  for (const Worst& worst : growing) {
    std::printf("grows: ");
    print(worst);
  }
  std::printf(
      "%zu texts of %zu rules cost more than %.1f times as much a byte at %zu KB as at %zu\n",
      growing.size(), both.size(), kLinear, options.large >> 10, options.size >> 10);
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
    if (flag == "--large") options.large = std::strtoul(value, nullptr, 10) << 10;
    if (flag == "--only") options.only = value;
    if (flag == "--dump") options.dump = value;
    if (flag == "--lines") options.lines = std::strtoul(value, nullptr, 10);
    if (flag == "--rounds") options.rounds = std::max(1, std::atoi(value));
  }
  options.large = std::max(options.large, options.size);
  if (argc % 2 == 0 || options.size == 0) {
    std::fprintf(stderr,
                 "worst_case [--size KB] [--large KB] [--only ID] [--lines N] [--rounds N] "
                 "[--dump FILE]\n");
    return 2;
  }
  return dragnet::run(options);
}
