#include "pipeline/printed_names.h"

#include <string_view>

namespace dragnet {

namespace {

// Names are scanned together, this many bytes at a time.
constexpr std::size_t kBatchBytes = 1 << 20;

class NameScan {
 public:
  explicit NameScan(RunState* state) : state_(state) {}

  void add(ByteView name) {
    // Spots are sorted, so that most repetitions follow each other.
    if (name.empty() || (!names_.empty() && names_.back() == name)) return;
    names_.push_back(name);
    bytes_ += name.size();
    if (bytes_ >= kBatchBytes) flush();
  }

  std::vector<ByteString> finish() {
    flush();
    return std::move(secrets_);
  }

 private:
  void flush() {
    const auto& rules = state_->pack->rules();
    state_->scanners[0].scan_each(names_, [&](std::size_t i, const std::vector<Match>& matches) {
      for (const Match& match : matches) {
        if (rules[match.rule].rule.kind != FindingKind::kSecret) continue;
        secrets_.emplace_back(names_[i].substr(match.start, match.end - match.start));
      }
    });
    names_.clear();
    bytes_ = 0;
  }

  RunState* state_;
  std::vector<ByteView> names_;
  std::size_t bytes_ = 0;
  std::vector<ByteString> secrets_;
};

}  // namespace

std::vector<ByteString> secrets_in_names(RunState* state, const Summary& summary) {
  NameScan scan(state);
  for (const auto& run : state->targets) {
    scan.add(run->label);
    for (const Ref& ref : run->refs) scan.add(ref.name);
    for (const CoverageLine& line : run->coverage) scan.add(line.path);
    for (const auto& [id, commit] : run->commits) {
      scan.add(commit.author.name);
      scan.add(commit.author.email);
    }
  }
  for (const Spot& spot : state->spots) scan.add(spot.stay.path);
  for (const IncompleteItem& item : summary.incomplete) {
    scan.add(item.path);
    scan.add(item.reason);
  }
  for (const std::string& note : summary.notes) scan.add(note);
  return scan.finish();
}

}  // namespace dragnet
