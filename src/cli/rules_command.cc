#include "cli/rules_command.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "cli/log.h"
#include "cli/rule_source.h"
#include "io/descriptor.h"
#include "match/scanner.h"
#include "rules/sample.h"

namespace dragnet {

namespace {

// Each sample is expanded with this many seeds, so that a rule does not pass by luck.
constexpr std::uint64_t kSeeds = 5;

int fail(const Error& error) {
  log_error(error.text());
  return kExitUsage;
}

void print(const std::string& text) {
  (void)write_descriptor(kStandardOutput, "standard output", text);
}

// Whether rule `index` speaks up on `text`, as winner or as one that gave way.
bool speaks(Scanner* scanner, ByteView text, std::uint32_t index) {
  const auto& matches = scanner->scan(text);
  return std::any_of(matches.begin(), matches.end(), [&](const Match& match) {
    return match.rule == index || std::binary_search(match.also.begin(), match.also.end(), index);
  });
}

class RuleProof {
 public:
  RuleProof(Scanner* scanner, const Rule* rule, std::uint32_t index)
      : scanner_(scanner), rule_(rule), index_(index) {}

  // Failures, one line each.
  std::vector<std::string> run() {
    check(rule_->positives, "positive", true);
    check(rule_->negatives, "negative", false);
    if (rule_->positives.size() < 2) failures_.emplace_back("has fewer than two positives");
    if (rule_->negatives.size() < 3) failures_.emplace_back("has fewer than three negatives");
    return std::move(failures_);
  }

 private:
  void check(const std::vector<std::string>& samples, const std::string& kind, bool wanted) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::string name = kind + " " + std::to_string(i + 1);
      for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto text = expand_sample(samples[i], checksum64(rule_->id, seed));
        if (!text) {
          failures_.push_back(name + ": " + text.error().text());
          break;
        }
        if (speaks(scanner_, text.value(), index_) == wanted) continue;
        failures_.push_back(name + (wanted ? " is not found" : " is found") + " (seed " +
                            std::to_string(seed) + ")");
        break;
      }
    }
  }

  Scanner* scanner_;
  const Rule* rule_;
  std::uint32_t index_;
  std::vector<std::string> failures_;
};

}  // namespace

int run_rules_list(const RulesOptions& options) {
  auto rules = read_rules(options.rules, real_file_system());
  if (!rules) return fail(rules.error());
  std::string out;
  Json list = Json::array();
  for (const Rule& rule : rules->rules) {
    if (options.format == "json") {
      list.push_back({{"id", rule.id},
                      {"category", rule.category},
                      {"kind", to_string(rule.kind)},
                      {"sensitivity", to_string(rule.sensitivity)},
                      {"description", rule.description}});
    } else {
      out += rule.id + "\t" + rule.category + "\t" + std::string(to_string(rule.sensitivity)) +
             "\t" + rule.description + "\n";
    }
  }
  print(options.format == "json" ? dump_json(list, 2) + "\n" : out);
  return kExitClean;
}

int run_rules_test(const RulesOptions& options) {
  auto loaded = load_rule_pack(options.rules, real_file_system(), cache_folder());
  if (!loaded) return fail(loaded.error());
  auto scanner = Scanner::create(loaded->pack.get());
  if (!scanner) return fail(scanner.error());
  std::size_t failed = 0;
  std::size_t samples = 0;
  const auto& rules = loaded->pack->rules();
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i].rule;
    const auto failures = RuleProof(&scanner.value(), &rule, i).run();
    samples += rule.positives.size() + rule.negatives.size();
    if (!failures.empty()) ++failed;
    for (const std::string& failure : failures) {
      print("FAIL " + rule.id + ": " + failure + " (" + rule.place.text() + ")\n");
    }
    if (options.talk.verbose && failures.empty()) print("OK   " + rule.id + "\n");
  }
  print(std::to_string(rules.size() - failed) + " of " + std::to_string(rules.size()) +
        " rules hold on " + std::to_string(samples) + " samples\n");
  return failed == 0 ? kExitClean : kExitFindings;
}

}  // namespace dragnet
