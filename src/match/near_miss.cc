#include "match/near_miss.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "base/hash.h"
#include "match/regex_draw.h"
#include "rules/sample.h"

namespace dragnet {

namespace {

// Repeats of fewer bytes make no run worth a text.
constexpr std::uint32_t kLeastRun = 4;
constexpr std::size_t kMaxClasses = 4;
constexpr std::size_t kMaxPositives = 2;

class NearMisses {
 public:
  NearMisses(const CompiledRule& rule, std::size_t bytes)
      : rule_(rule), bytes_(bytes), random_(checksum64(rule.rule.id, 1)) {}

  std::vector<NearMiss> make() {
    add_anchors();
    add_draws();
    add_runs();
    add_positives();
    return std::move(out_);
  }

 private:
  void add(std::string kind, ByteString unit) {
    if (unit.empty()) return;
    ByteString text;
    text.reserve(bytes_ + unit.size());
    while (text.size() < bytes_) text += unit;
    text.resize(bytes_);
    out_.push_back({std::move(kind), std::move(unit), std::move(text)});
  }

  void add_anchors() {
    const auto pattern = parse_regex(rule_.anchor.pattern);
    if (!pattern) return;
    const auto anchor = draw_text(pattern.value(), DrawLength::kShort, &random_);
    if (!anchor) return;
    anchor_ = *anchor;
    add("anchor repeated", anchor_);
    add("anchor and a space repeated", anchor_ + " ");
    add("anchor and an operator repeated", anchor_ + " = \"");
  }

  // What the regex takes, without its last bytes: no terminator ever comes.
  void add_draws() {
    const auto regex = parse_regex(rule_.rule.regex);
    if (!regex) return;
    for (const DrawLength length : {DrawLength::kShort, DrawLength::kLongest}) {
      const auto text = draw_text(regex.value(), length, &random_);
      if (!text || text->empty()) continue;
      const std::string name = length == DrawLength::kShort ? "shortest" : "longest";
      add(name + " match without its end", text->substr(0, text->size() - 1));
      add(name + " match without its half", text->substr(0, text->size() / 2));
      add(name + " match, one after the other", *text);
    }
    classes_ = repeated_classes(regex.value(), kLeastRun);
  }

  // An anchor, and then as much as the rule can read of what may follow or precede it.
  void add_runs() {
    constexpr std::size_t kPart = 4096;
    for (std::size_t i = 0; i < std::min(kMaxClasses, classes_.size()); ++i) {
      const std::string name = "class " + std::to_string(i + 1);
      const ByteString run = draw_bytes(classes_[i], kPart, &random_);
      add("run of " + name, run);
      add("anchor before a run of " + name, anchor_ + run.substr(0, 64));
      add("anchors between bytes of " + name, run.substr(0, 2) + anchor_);
    }
  }

  void add_positives() {
    const auto& positives = rule_.rule.positives;
    for (std::size_t i = 0; i < std::min(kMaxPositives, positives.size()); ++i) {
      const auto text = expand_sample(positives[i], 1);
      if (!text || text->size() < 2) continue;
      const std::string name = "positive " + std::to_string(i + 1);
      std::size_t end = text->size();
      while (end > 1 &&
             std::string_view(" \t\r\n\"';,)").find((*text)[end - 1]) != ByteView::npos) {
        --end;
      }
      add(name + " without its end", text->substr(0, end - 1));
      add(name + " without its end, in lines", text->substr(0, end - 1) + "\n");
      add(name + " without its half", text->substr(0, text->size() / 2));
    }
  }

  const CompiledRule& rule_;
  std::size_t bytes_;
  std::mt19937_64 random_;
  ByteString anchor_;
  std::vector<ByteSet> classes_;
  std::vector<NearMiss> out_;
};

}  // namespace

std::vector<NearMiss> near_misses(const CompiledRule& rule, std::size_t bytes) {
  return NearMisses(rule, bytes).make();
}

}  // namespace dragnet
