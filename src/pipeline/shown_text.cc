#include "pipeline/shown_text.h"

#include <algorithm>

#include "match/source_map.h"

namespace dragnet {

namespace {

// Of a line, this much to each side of the secret is kept for people to see.
constexpr std::uint64_t kExcerptReach = 400;
// Objects above this are not read again.
constexpr std::uint64_t kMaxReadAgain = 64 << 20;
// A file that is larger is read through a temporary file.
constexpr std::uint64_t kMaxMemoryAgain = 4 << 20;

}  // namespace

std::optional<ByteView> read_again(RunState* state, const Spot& spot, FileBytes* file) {
  TargetRun& run = *state->targets[spot.target];
  if (spot.kind == SourceKind::kFile) {
    const std::string folder = run.target.kind == TargetKind::kRepository
                                   ? run.target.repository->work_tree()
                                   : run.folder;
    auto source = folder.empty() ? open_file(spot.stay.path) : open_entry(folder + spot.stay.path);
    if (!source || source->size().value_or(kMaxReadAgain + 1) > kMaxReadAgain) return std::nullopt;
    auto read = source->read(kMaxMemoryAgain);
    if (!read) return std::nullopt;
    *file = std::move(read).value();
    return file->bytes();
  }
  if (spot.stay.object.empty() || spot.kind == SourceKind::kTree || spot.kind == SourceKind::kRef ||
      !run.session) {
    return std::nullopt;
  }
  const auto header = run.session->header(spot.stay.object);
  if (!header || header->read_cost > kMaxReadAgain) return std::nullopt;
  auto view = run.session->read(spot.stay.object);
  if (!view) return std::nullopt;
  return view->bytes;
}

std::vector<std::string> shown_trail(RunState* state, const Spot& spot, const Detection& at) {
  const DecodeTrail& trail = at.trail;
  std::vector<std::string> names = trail.names();
  const bool in_string = trail.level(0) == Decoding::kEscapes;
  const bool is_map = spot.has_path && spot.stay.path.ends_with(".map");
  if (!in_string && !(trail.empty() && is_map)) return names;
  FileBytes file;
  const auto bytes = read_again(state, spot, &file);
  const auto source = bytes ? source_at(*bytes, at.start) : std::nullopt;
  if (!source) return names;
  if (!names.empty()) names.erase(names.begin());
  names.insert(names.begin(), "source-map:" + *source);
  return names;
}

Excerpt shown_excerpt(RunState* state, const Spot& spot, const Detection& at) {
  FileBytes file;
  const auto read = read_again(state, spot, &file);
  if (!read) return {};
  const ByteView bytes = *read;
  // The file may have changed since: then its line is not shown.
  if (at.end > bytes.size() || !at.trail.empty()) return {};
  const auto newline_before = bytes.rfind('\n', at.start == 0 ? 0 : at.start - 1);
  std::uint64_t start =
      newline_before == ByteString::npos || newline_before >= at.start ? 0 : newline_before + 1;
  std::uint64_t end = std::min<std::uint64_t>(bytes.find('\n', at.start), bytes.size());
  start = std::max(start, at.start > kExcerptReach ? at.start - kExcerptReach : 0);
  end = std::min(end, at.start + kExcerptReach);
  Excerpt out;
  out.text = bytes.substr(start, end - start);
  for (const Match& match : state->scanners[0].scan(bytes)) {
    const std::uint64_t from = std::max(match.start, start);
    const std::uint64_t to = std::min(match.end, end);
    if (from < to) out.secrets.push_back({from - start, to - start});
  }
  const bool masked = std::any_of(out.secrets.begin(), out.secrets.end(), [&](ByteRange range) {
    return range.start <= at.start - start && std::min(at.end, end) - start <= range.end;
  });
  return masked ? out : Excerpt{};
}

}  // namespace dragnet
