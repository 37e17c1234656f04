// Text that may hold encoded runs. Four bytes say of which part of it the neighbourhood is asked
// for; then comes the text. Every run is decoded, offsets are taken back, and what is found near
// the part has to be what a search of the whole finds there.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "match/decode_run.h"
#include "match/encoded_runs.h"

using dragnet::ByteView;
using dragnet::EncodedRun;
using dragnet::RunFinder;
using dragnet::RunKinds;
using dragnet::fuzz::require;

namespace {

void check_decoding(ByteView text, const EncodedRun& run) {
  std::string out(run.end - run.begin, '\0');
  dragnet::EscapedBits bits;
  bits.clear(out.size());
  const auto info = dragnet::decode_run(text, run, out.data(), &bits);
  require(info.size <= out.size());
  // Of every byte its first and last offset; they ascend, and stay within the run.
  std::vector<std::uint64_t> starts(info.size);
  std::vector<std::uint64_t> ends(info.size);
  std::vector<dragnet::OffsetQuery> queries;
  queries.reserve(2 * info.size);
  for (std::uint64_t i = 0; i < info.size; ++i) {
    starts[i] = i;
    ends[i] = i + 1;
    queries.push_back({&starts[i], false});
    queries.push_back({&ends[i], true});
  }
  dragnet::map_offsets(text, run, &queries);
  for (std::uint64_t i = 0; i < info.size; ++i) {
    require(starts[i] >= run.begin && starts[i] < ends[i] && ends[i] <= run.end);
    require(i == 0 || (starts[i - 1] <= starts[i] && ends[i - 1] <= ends[i]));
    if (dragnet::is_escapes(run.kind) && !bits.any(i, i + 1)) {
      require(ends[i] == starts[i] + 1 && out[i] == text[starts[i]]);
    }
  }
}

bool same(const EncodedRun& a, const EncodedRun& b) {
  return a.kind == b.kind && a.begin == b.begin && a.end == b.end && a.from == b.from &&
         a.to == b.to;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const ByteView text = dragnet::fuzz::as_bytes(data + 4, size - 4);
  std::uint64_t first = std::min<std::uint64_t>(data[0] * 256U + data[1], text.size());
  std::uint64_t last = std::min<std::uint64_t>(first + data[2], text.size());
  std::vector<EncodedRun> all;
  const RunFinder::Visit keep = [&](const EncodedRun& run) { all.push_back(run); };
  RunFinder(text, RunKinds::all(), &keep).find_all();
  for (const EncodedRun& run : all) {
    require(run.from <= run.begin && run.begin < run.end && run.end <= run.to);
    require(run.to <= text.size());
    check_decoding(text, run);
  }
  std::vector<EncodedRun> near;
  const RunFinder::Visit keep_near = [&](const EncodedRun& run) { near.push_back(run); };
  RunFinder(text, RunKinds::all(), &keep_near).find_near(first, last);
  const auto among = [](const EncodedRun& run, const std::vector<EncodedRun>& runs) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const EncodedRun& other) { return same(run, other); });
  };
  for (const EncodedRun& run : near) require(among(run, all));
  for (const EncodedRun& run : all) {
    if (run.from < last && run.to > first) require(among(run, near));
  }
  return 0;
}
