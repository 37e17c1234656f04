// Secrets in what encoded runs of an object decode to, level by level.
//
// Each decoded text is a world of its own: keywords, lines and edges are those that it has. Most of
// them hold nothing, and most are small: so runs are first *probed*, which is to decode them and
// all below them into one buffer, and to ask Hyperscan once for many. Only a run below which a
// rule's regex agrees is scanned: decoded again, level by level, and what is found is taken back to
// the object's own bytes, through each level with one pass over the run. So the cost is linear in
// what is decoded, and that is bounded for each run by its size.
//
// In decoded escapes only what an escape is part of, or stands next to, counts: the rest is found
// in the text as it lies.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/inflate.h"
#include "match/decode_run.h"
#include "match/encoded_runs.h"
#include "match/match.h"
#include "match/scan_state.h"
#include "match/text_scanner.h"

namespace dragnet {

// One thread at a time.
class DecodedScanner {
 public:
  // Memory for a decoded text that is large, as much as is asked for; null where there is none.
  // Without it that is the heap's.
  using TextMemory = std::function<std::shared_ptr<char>(std::size_t)>;

  // Both must outlive it.
  DecodedScanner(const RulePack* pack, TextScanner* texts);

  void set_text_memory(TextMemory memory) { text_memory_ = std::move(memory); }

  // Begins an object, which must stay until `finish`.
  void start(ByteView object) { object_ = object; }
  // A run of the object. What was found is appended to `out`, now or by a later call.
  void take(const EncodedRun& run, std::vector<DecodedRun>* out);
  // After the last run.
  void finish(std::vector<DecodedRun>* out) { flush(out); }

  // Appends what stands in the object as UTF-16, and below. False where there was too much of it.
  [[nodiscard]] bool scan_utf16(std::vector<Match>* out);

 private:
  // A match on its way up from the text that it was found in.
  struct Found {
    Match match;
    std::shared_ptr<DecodedSecret> decoded;
  };
  // A decoded text, `depth` levels below the object.
  struct World {
    ByteView text;
    unsigned depth = 0;
    RunKinds kinds = RunKinds::all();      // what may be in it
    const EscapedBits* escaped = nullptr;  // of escapes
    std::uint64_t bit = 0;                 // where the text's bits begin
    bool open_before = false, open_after = false;
  };
  // A run that is probed, and the texts of it and below in `gathered_`.
  struct Probed {
    EncodedRun run;
    bool hit = false;
  };
  struct Gathered {
    std::size_t owner = 0;
    World world;
  };

  void probe(ByteView text, const EncodedRun& run, unsigned depth);
  void probe_below(const World& world);
  void flush(std::vector<DecodedRun>* out);
  bool agrees(const AnchorHit& hit, const World& world, std::uint64_t start) const;

  void scan_whole(const EncodedRun& run, std::vector<DecodedRun>* out);
  void scan_run(ByteView text, const EncodedRun& run, unsigned depth, std::vector<Found>* out);
  void scan_world(const World& world, std::vector<Found>* out);
  void scan_utf16_runs(ByteView text, unsigned depth, std::vector<Found>* out);
  bool scan_inflated(ByteView text, unsigned depth, std::vector<Found>* out);
  void begin_budget(std::uint64_t size);
  bool afford(std::uint64_t size);
  std::shared_ptr<char> memory_for(std::size_t size) const;

  const RulePack* pack_;
  TextScanner* texts_;
  TextMemory text_memory_;
  ByteView object_;
  ScanState state_;  // of the text in hand

  std::vector<Probed> probed_;
  std::vector<Gathered> texts_gathered_;
  std::vector<std::uint64_t> gathered_starts_;  // of those
  ByteString gathered_;                         // texts, each followed by a line feed
  std::uint64_t gathered_size_ = 0;
  EscapedBits gathered_bits_;

  std::uint64_t left_ = 0;        // bytes that the run in hand may still decode to
  bool cut_ = false;              // there were more
  std::uint32_t last_space_ = 0;  // the number of inflated texts of that run
  std::optional<PrefixInflater> gzip_;
  std::optional<PrefixInflater> zlib_;
};

}  // namespace dragnet
