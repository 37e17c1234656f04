#include "pipeline/text_pass.h"

#include "input/files.h"

namespace dragnet {

namespace {

// Files up to this size are read without asking the budget: workers have room for one each.
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
  if (state->scanners[worker].decoding_cut()) {
    state->incomplete.add({object.id.empty() ? "" : object.id.hex(), object.path, kDecodingCut});
  }
  if (matches.empty()) return;
  SecretMemo* memo = &state->memos[worker];
  for (const std::uint32_t secret : state->collector->add(object, bytes, 0, matches, memo)) {
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

// Reads all of `source`. What is not small waits for the budget, with as much again for what the
// scan makes of it; what the budget can never hold goes to a temporary file.
Result<FileBytes> read_within(RunState* state, ByteSource* source, MemoryReservation* reservation) {
  const std::uint64_t most = state->budget.available() / 2;
  // Pipes do not say how much is coming.
  const std::uint64_t size = source->size().value_or(most);
  if (size <= kSmallFile) return source->read(kSmallFile);
  if (size > most) return source->read(0);
  *reservation = MemoryReservation(&state->budget, 2 * size);
  return source->read(reservation->granted() ? size : 0);
}

// Reads and scans one file, or says why not.
Status scan_source(RunState* state, unsigned worker, Result<ByteSource> source,
                   const DetectedObject& object, std::mutex* spots_mutex) {
  if (!source) return std::move(source).error();
  MemoryReservation reservation;
  const auto text = read_within(state, &source.value(), &reservation);
  if (!text) return text.error();
  const ByteView bytes = text->bytes();
  ++state->counters.files;
  state->counters.decoded_bytes += bytes.size();
  scan_text(state, worker, object, bytes, spots_mutex);
  return ok_status();
}

}  // namespace

void scan_files(RunState* state, std::uint32_t target_number, const std::string& folder,
                const std::vector<std::string>& paths) {
  std::mutex spots_mutex;
  std::vector<std::string> outcomes(paths.size(), "scanned");
  state->workers.run(paths.size(), [&](unsigned worker, std::size_t i) {
    if (state->stopped()) return;
    const std::string& path = paths[i];
    // Without a folder it is what a person named.
    auto source = folder.empty() ? open_file(path) : open_entry(folder + path);
    const auto status = scan_source(state, worker, std::move(source),
                                    {target_number, SourceKind::kFile, {}, path}, &spots_mutex);
    if (status) return;
    state->incomplete.add({"", path, status.error().message});
    outcomes[i] = status.error().message;
  });
  for (std::size_t i = 0; i < paths.size(); ++i) {
    note(state, target_number, "file", paths[i], outcomes[i]);
  }
}

void scan_stdin(RunState* state, std::uint32_t target_number) {
  std::mutex spots_mutex;
  const auto status = scan_source(state, 0, open_stdin(),
                                  {target_number, SourceKind::kStdin, {}, ""}, &spots_mutex);
  note(state, target_number, "stdin", "-", status ? "scanned" : status.error().message);
  if (!status) state->incomplete.add({"", "-", status.error().message});
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
