#include "match/rule_test.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>
#include <set>
#include <utility>

#include "base/hash.h"
#include "match/byte_model.h"
#include "match/confirm.h"
#include "match/judge.h"
#include "match/near_miss.h"
#include "match/rule_alive.h"
#include "match/scanner.h"
#include "rules/sample.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kTextSeed = 20261121;
constexpr std::size_t kLeastPositives = 2;
constexpr std::size_t kLeastNegatives = 3;
// Expected anchors in a megabyte of source code from which on a rule is dear: all rules together
// have some 10,000.
constexpr double kDearRate = 200e-6;
// Times are measured of this many of the dearest rules, on near misses of this size, until a rule's
// confirms took this long.
constexpr std::size_t kTimed = 40;
constexpr std::size_t kTimedText = 16 << 10;
constexpr double kTimedSeconds = 0.005;

bool has(const std::vector<std::uint32_t>& sorted, std::uint32_t value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

// Whether rule `a` is meant to lose to the match `winner` of rule `b`: the shape of one tells no
// type, or `a` is for files of some names only, or both are one family. What a check confirms goes
// before all else; against a generic rule nobody can ask for more.
bool made_to_give_way(const Rule& a, const Rule& b, const Match& winner) {
  return a.generic || (!a.path.empty() && b.path.empty()) || a.family == b.family ||
         (b.generic && winner.check == CheckResult::kPasses);
}

// One rule on its samples.
class SampleProof {
 public:
  SampleProof(const RulePack& pack, Scanner* scanner, std::uint32_t index, std::uint64_t seeds)
      : pack_(pack), scanner_(scanner), index_(index), seeds_(seeds) {}

  RuleProof run() {
    check(rule().positives, "positive", true);
    check(rule().negatives, "negative", false);
    if (rule().positives.size() < kLeastPositives) {
      fail(RuleAspect::kSamples, "has fewer than two positives");
    }
    if (rule().negatives.size() < kLeastNegatives) {
      fail(RuleAspect::kSamples, "has fewer than three negatives");
    }
    note_overlaps();
    return std::move(proof_);
  }

 private:
  const Rule& rule() const { return pack_.rules()[index_].rule; }
  const std::string& id(std::uint32_t index) const { return pack_.rules()[index].rule.id; }

  void fail(RuleAspect aspect, std::string text) {
    proof_.failures.push_back({aspect, std::move(text)});
  }

  void check(const std::vector<std::string>& samples, const std::string& kind, bool wanted) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::string name = kind + " " + std::to_string(i + 1);
      for (std::uint64_t seed = 0; seed < seeds_; ++seed) {
        const auto text = expand_sample(samples[i], checksum64(rule().id, seed));
        if (!text) {
          fail(RuleAspect::kSamples, name + ": " + text.error().text());
          break;
        }
        if (finds(text.value(), wanted) == wanted) continue;
        fail(RuleAspect::kSamples, name + (wanted ? " is not found" : " is found") + " (seed " +
                                       std::to_string(seed) + ")");
        break;
      }
    }
  }

  // Whether the rule accepts `text`, whatever others say; of a positive, who reports it is noted.
  bool finds(ByteView text, bool positive) {
    if (pack_.rules()[index_].path_only()) {
      // Its samples are paths.
      return PathJudge(&pack_).accepts(index_, 0, text, "");
    }
    const std::vector<Match>& matches = scanner_->scan(text, &state_);
    const bool accepts = std::any_of(
        state_.verdicts.begin(), state_.verdicts.end(),
        [&](const Verdict& verdict) { return verdict.accepted && verdict.rule == index_; });
    bool speaks = false;
    for (const Match& match : matches) {
      const bool own = match.rule == index_;
      if (!own && !has(match.also, index_)) continue;
      speaks = true;
      if (!positive) continue;
      reported_ = reported_ || own;
      if (own) {
        beaten_.insert(match.also.begin(), match.also.end());
      } else {
        const bool meant = made_to_give_way(rule(), pack_.rules()[match.rule].rule, match);
        (meant ? winners_ : robbers_).insert(match.rule);
      }
    }
    found_ = found_ || (positive && (accepts || speaks));
    // Where others have to match nearby, they have to do so in the sample.
    const bool alone = rule().required.empty() || rule().skip_report;
    return speaks || (alone && accepts);
  }

  void note_overlaps() {
    proof_.gives_way_to.assign(winners_.begin(), winners_.end());
    proof_.loses_to.assign(robbers_.begin(), robbers_.end());
    for (const std::uint32_t other : robbers_) {
      fail(RuleAspect::kOverlap, "'" + id(other) + "' reports its positives");
    }
    beaten_.erase(index_);
    proof_.wins_over.assign(beaten_.begin(), beaten_.end());
    if (found_ && !reported_ && !(winners_.empty() && robbers_.empty())) note_unreported();
    if (found_) return;
    for (RuleRemark& remark : dead_content_remarks(pack_, index_)) {
      proof_.failures.push_back(std::move(remark));
    }
  }

  // Others report all that it finds. A rule for files of some names has nothing else to expect
  // where its values look like secrets anywhere: names are known only after overlaps are resolved.
  void note_unreported() {
    const std::uint32_t first = robbers_.empty() ? *winners_.begin() : *robbers_.begin();
    RuleRemark remark{RuleAspect::kDead,
                      "reports none of its own positives, '" + id(first) + "' does"};
    auto& remarks = rule().path.empty() ? proof_.failures : proof_.warnings;
    remarks.push_back(std::move(remark));
  }

  const RulePack& pack_;
  Scanner* scanner_;
  std::uint32_t index_;
  std::uint64_t seeds_;
  ScanState state_;
  RuleProof proof_;
  bool found_ = false;
  bool reported_ = false;
  std::set<std::uint32_t> winners_;  // on its positives, as meant
  std::set<std::uint32_t> robbers_;  // and not
  std::set<std::uint32_t> beaten_;
};

std::string per_megabyte(double rate) { return std::to_string(std::llround(rate * 1e6)); }

// Nanoseconds of CPU that a confirm takes on the rule's near misses and positives.
std::optional<double> time_confirms(const RulePack& pack, const HyperscanScratch& scratch,
                                    std::uint32_t index) {
  const CompiledRule& rule = pack.rules()[index];
  if (!rule.anchored() || rule.whole_blob()) return std::nullopt;
  ByteString text;
  for (const NearMiss& miss : near_misses(rule, kTimedText)) text += miss.text + "\n";
  for (const std::string& positive : rule.rule.positives) {
    if (const auto sample = expand_sample(positive, 1)) text += sample.value() + "\n";
  }
  std::vector<AnchorHit> hits;
  scratch.scan(pack.database(), text, &hits);
  std::erase_if(hits,
                [&](const AnchorHit& hit) { return pack.rule_of_pattern(hit.pattern) != index; });
  if (hits.empty()) return std::nullopt;
  std::size_t confirms = 0;
  std::size_t confirmed = 0;
  const std::clock_t start = std::clock();
  const auto seconds = [&] {
    return static_cast<double>(std::clock() - start) / static_cast<double>(CLOCKS_PER_SEC);
  };
  double passed = 0;
  do {
    for (const AnchorHit& hit : hits) {
      confirmed += confirm_anchor(pack, index, text, hit.end) ? 1 : 0;
    }
    confirms += hits.size();
    passed = seconds();
  } while (passed < kTimedSeconds);
  return confirmed > confirms ? 0 : passed * 1e9 / static_cast<double>(confirms);
}

Status add_costs(const RulePack& pack, const RuleTestOptions& options, RuleTestResult* result) {
  const ByteString text = code_like_text(options.text_bytes, kTextSeed);
  const auto costs = count_rule_costs(pack, text);
  if (!costs) return costs.error();
  result->text_bytes = text.size();
  for (std::size_t i = 0; i < costs->size(); ++i) result->proofs[i].cost = (*costs)[i];
  if (!options.measure_time) return ok_status();
  const auto scratch = HyperscanScratch::allocate(pack.database());
  if (!scratch) return scratch.error();
  for (const std::uint32_t rule : result->dearest(kTimed)) {
    result->proofs[rule].ns_per_confirm = time_confirms(pack, scratch.value(), rule);
  }
  return ok_status();
}

void append(std::vector<RuleRemark> remarks, std::vector<RuleRemark>* to) {
  for (RuleRemark& remark : remarks) to->push_back(std::move(remark));
}

}  // namespace

std::string_view to_string(RuleAspect aspect) {
  switch (aspect) {
    case RuleAspect::kSamples:
      return "samples";
    case RuleAspect::kOverlap:
      return "overlap";
    case RuleAspect::kDead:
      return "dead";
    case RuleAspect::kDuplicate:
      return "duplicate";
    case RuleAspect::kAnchor:
      return "anchor";
    case RuleAspect::kCost:
      return "cost";
  }
  return "";
}

std::size_t RuleTestResult::holding() const {
  return static_cast<std::size_t>(std::count_if(
      proofs.begin(), proofs.end(), [](const RuleProof& proof) { return proof.holds(); }));
}

std::size_t RuleTestResult::warnings() const {
  std::size_t count = 0;
  for (const RuleProof& proof : proofs) count += proof.warnings.size();
  return count;
}

std::vector<std::uint32_t> RuleTestResult::dearest(std::size_t most) const {
  std::vector<std::uint32_t> order(proofs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::erase_if(order, [&](std::uint32_t rule) { return proofs[rule].cost.called == 0; });
  // A call takes some 60 ns, glance included; what the regex is asked, several times that.
  const auto cost = [&](std::uint32_t rule) {
    return proofs[rule].cost.called + 2 * proofs[rule].cost.stored + 8 * proofs[rule].cost.asked;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return cost(a) > cost(b); });
  if (order.size() > most) order.resize(most);
  return order;
}

std::vector<RuleRemark> anchor_remarks(const CompiledRule& rule) {
  std::vector<RuleRemark> out;
  if (!rule.anchored()) return out;
  if (rule.whole_blob()) {
    out.push_back({RuleAspect::kAnchor,
                   "its regex is unbounded, so every hit reads the whole blob; bound it or set "
                   "lookbehind and lookahead"});
  }
  if (rule.anchor.max_width > kNarrowWidth) {
    out.push_back({RuleAspect::kAnchor,
                   "its anchor is " + std::to_string(rule.anchor.max_width) +
                       " bytes wide, which makes delta scans of every rule look at more; up to " +
                       std::to_string(kNarrowWidth) + " cost nothing"});
  }
  if (rule.anchor.rate > kDearRate && rule.words.empty()) {
    out.push_back({RuleAspect::kAnchor,
                   "its anchor is expected " + per_megabyte(rule.anchor.rate) +
                       " times in a megabyte of source code; a longer or rarer part that every "
                       "match has would cost less"});
  }
  return out;
}

Result<RuleTestResult> test_rules(const RulePack& pack, const RuleTestOptions& options) {
  auto scanner = Scanner::create(&pack);
  if (!scanner) return std::move(scanner).error();
  RuleTestResult result;
  result.proofs.reserve(pack.rules().size());
  const auto duplicates = first_duplicates(pack);
  for (std::uint32_t i = 0; i < pack.rules().size(); ++i) {
    const CompiledRule& rule = pack.rules()[i];
    RuleProof proof = SampleProof(pack, &scanner.value(), i, options.seeds).run();
    append(dead_path_remarks(pack, i), &proof.failures);
    if (duplicates[i]) {
      proof.failures.push_back(
          {RuleAspect::kDuplicate,
           "has the same regex as '" + pack.rules()[*duplicates[i]].rule.id + "'"});
    }
    append(anchor_remarks(rule), &proof.warnings);
    result.samples += rule.rule.positives.size() + rule.rule.negatives.size();
    result.proofs.push_back(std::move(proof));
  }
  if (options.text_bytes > 0) {
    if (auto status = add_costs(pack, options, &result); !status) return status.error();
  }
  return result;
}

}  // namespace dragnet
