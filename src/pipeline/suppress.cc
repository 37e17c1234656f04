#include "pipeline/suppress.h"

#include <algorithm>
#include <utility>

#include "input/files.h"
#include "input/tip_file.h"
#include "match/inline_marker.h"

namespace dragnet {

namespace {

constexpr std::size_t kShownReasons = 3;

std::string reason_of(const Suppression& place) {
  if (place.by == Suppression::By::kInline) return std::string(to_string(place.marker));
  return std::string(IgnoreFile::kName) + ":" + std::to_string(place.ignore_line);
}

}  // namespace

void read_ignore_file(TargetRun* run, std::vector<std::string>* notes) {
  const std::string name(IgnoreFile::kName);
  std::string folder = run->folder;
  std::string where = "this folder's";
  Result<ByteString> bytes = ByteString();
  if (run->target.kind == TargetKind::kRepository) {
    folder = run->target.repository->work_tree();
    where = folder.empty() ? run->default_branch + "'s" : "the work tree's";
  }
  if (!folder.empty()) {
    bytes = read_regular_file(folder + name, IgnoreFile::kMaxSize);
  } else if (run->session) {
    bytes = read_tip_file(run->session.get(), run->refs, run->default_branch, run->id_size, name,
                          IgnoreFile::kMaxSize);
  }
  if (!bytes) {
    notes->push_back(run->label + ": " + where + " " + name +
                     " is not applied: " + bytes.error().message);
    return;
  }
  run->ignored = IgnoreFile::parse(bytes.value());
  run->ignored_from = where + " " + name;
  const auto& bad = run->ignored.bad_lines();
  if (bad.empty()) return;
  notes->push_back(run->label + ": " + run->ignored_from + ": line " + std::to_string(bad.front()) +
                   (bad.size() == 1 ? " is"
                                    : " and " + std::to_string(bad.size() - 1) +
                                          (bad.size() == 2 ? " other are" : " others are")) +
                   " no fingerprint (commit:path:rule:line or path:rule:line)");
}

std::uint32_t ignored_by_file(const TargetRun& run, const Spot& spot, std::uint64_t first_line,
                              std::uint64_t last_line, std::span<const std::string_view> rules) {
  if (run.ignored.entries() == 0 || !spot.has_path) return 0;
  const std::string commit = spot.stay.commit.empty() ? "" : spot.stay.commit.hex();
  IgnoreFile::Place place{spot.stay.path, first_line, last_line, commit};
  if (const auto line = run.ignored.find(place, rules)) return *line;
  // gitleaks names the files of a folder with the folder before them, as it was given.
  if (run.folder.empty()) return 0;
  std::string path = run.folder + spot.stay.path;
  while (path.starts_with("./")) path.erase(0, 2);
  place.path = path;
  return run.ignored.find(place, rules).value_or(0);
}

std::optional<Finding::Suppressed> suppressed_finding(std::span<const Suppression> places) {
  Finding::Suppressed out;
  out.by = SuppressedBy::kInline;
  std::vector<std::string> reasons;
  for (const Suppression& place : places) {
    if (place.by == Suppression::By::kNothing) return std::nullopt;
    if (place.by == Suppression::By::kFile) out.by = SuppressedBy::kFile;
    std::string reason = reason_of(place);
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
      reasons.push_back(std::move(reason));
    }
  }
  for (std::size_t i = 0; i < std::min(reasons.size(), kShownReasons); ++i) {
    out.reason += (i == 0 ? "" : ", ") + reasons[i];
  }
  if (reasons.size() > kShownReasons) {
    out.reason += " and " + std::to_string(reasons.size() - kShownReasons) + " more";
  }
  return out;
}

}  // namespace dragnet
