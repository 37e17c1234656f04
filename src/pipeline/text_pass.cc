#include "pipeline/text_pass.h"

#include "input/files.h"

namespace dragnet {

namespace {

// Files up to this size are read without asking the budget.
constexpr std::uint64_t kSmallFile = 1 << 20;

void note(RunState* state, std::uint32_t target, const char* type, const std::string& path,
          const std::string& outcome) {
  TargetRun& run = *state->targets[target];
  if (state->options.coverage) run.coverage.push_back({"", path, type, outcome, run.label});
}

// Matches one text and places what it holds: for these kinds the text itself is the place.
void scan_text(RunState* state, unsigned worker, const DetectedObject& object, ByteView bytes,
               std::mutex* spots_mutex) {
  state->counters.logical_bytes += bytes.size();
  const std::vector<Match>& matches = state->scanners[worker].scan(bytes);
  if (matches.empty()) return;
  for (const std::uint32_t secret : state->collector->add(object, bytes, 0, matches)) {
    Spot spot;
    spot.target = object.target;
    spot.kind = object.kind;
    spot.has_path = object.kind == SourceKind::kFile || object.kind == SourceKind::kReflog;
    spot.stay.secret = secret;
    spot.stay.path = object.path;
    spot.stay.object = object.id;
    const std::scoped_lock lock(*spots_mutex);
    state->spots.push_back(std::move(spot));
  }
}

// Reads one file, waiting for the budget where it is large.
Result<ByteString> read_within(RunState* state, const std::string& path,
                               MemoryReservation* reservation) {
  auto bytes = read_entry(path, kSmallFile);
  if (bytes || bytes.error().kind != ErrorKind::kTooLarge) return bytes;
  // All that one file can get; exact sizes are not known for pipes.
  const std::uint64_t most = state->budget.available();
  *reservation = MemoryReservation(&state->budget, most);
  return read_entry(path, most / 2);
}

}  // namespace

void scan_files(RunState* state, std::uint32_t target_number, const std::string& folder,
                const std::vector<std::string>& paths) {
  std::mutex spots_mutex;
  std::vector<std::string> outcomes(paths.size(), "scanned");
  state->workers.run(paths.size(), [&](unsigned worker, std::size_t i) {
    if (state->stopped()) return;
    const std::string& path = paths[i];
    MemoryReservation reservation;
    const auto bytes = read_within(state, folder.empty() ? path : folder + path, &reservation);
    if (!bytes) {
      state->incomplete.add({"", path, bytes.error().message});
      outcomes[i] = bytes.error().message;
      return;
    }
    ++state->counters.files;
    state->counters.decoded_bytes += bytes->size();
    scan_text(state, worker, {target_number, SourceKind::kFile, {}, path}, bytes.value(),
              &spots_mutex);
  });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    note(state, target_number, "file", paths[i], outcomes[i]);
  }
}

void scan_stdin(RunState* state, std::uint32_t target_number) {
  const std::uint64_t most = state->budget.available();
  const MemoryReservation reservation(&state->budget, most);
  std::mutex spots_mutex;
  const auto bytes = read_stdin(most / 2);
  note(state, target_number, "stdin", "-", bytes ? "scanned" : bytes.error().message);
  if (!bytes) {
    state->incomplete.add({"", "-", bytes.error().message});
    return;
  }
  ++state->counters.files;
  state->counters.decoded_bytes += bytes->size();
  scan_text(state, 0, {target_number, SourceKind::kStdin, {}, ""}, bytes.value(), &spots_mutex);
}

void scan_ref_names(RunState* state, std::uint32_t target_number) {
  const std::vector<Ref>& refs = state->targets[target_number]->refs;
  std::vector<ByteView> names;
  names.reserve(refs.size());
  for (const Ref& ref : refs) names.emplace_back(ref.name);
  std::mutex spots_mutex;
  std::vector<std::size_t> hits;
  state->scanners[0].scan_each(
      names, [&](std::size_t i, const std::vector<Match>&) { hits.push_back(i); });
  for (const std::size_t i : hits) {
    scan_text(state, 0, {target_number, SourceKind::kRef, refs[i].target, refs[i].name}, names[i],
              &spots_mutex);
  }
}

void scan_reflogs(RunState* state, std::uint32_t target_number,
                  const std::vector<ReflogText>& reflogs) {
  std::mutex spots_mutex;
  for (const ReflogText& log : reflogs) {
    scan_text(state, 0, {target_number, SourceKind::kReflog, {}, log.path}, log.bytes,
              &spots_mutex);
    note(state, target_number, "reflog", log.path, "scanned");
  }
}

}  // namespace dragnet
