// Hyperscan behind a small face: a database of anchors, a scratch per worker, hits as records.
//
// Block mode, no start of match, no flag that makes it report less than every match. The database
// is immutable and shared; each worker owns its scratch. The callback takes a glance around the
// anchor, which is some nanoseconds, and appends a record.
// (Vectorscan has the same API and serves where it is installed instead.)
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/precheck.h"

struct hs_database;
struct hs_scratch;

namespace dragnet {

// One anchor: `pattern` is its index in the database, `end` the offset after its last byte, the
// tail included, in the bytes that were scanned.
struct AnchorHit {
  std::uint32_t pattern;
  std::uint32_t end;
};

class HyperscanDatabase {
 public:
  // Compiles the patterns, `ids` by position. The error of a refused pattern names its position in
  // `bad_pattern`.
  static Result<HyperscanDatabase> compile(std::span<const std::string> patterns,
                                           std::size_t* bad_pattern);
  static Result<HyperscanDatabase> deserialize(ByteView bytes);
  Result<ByteString> serialize() const;

  // What is asked of each hit of a pattern before it is reported; none yet: nothing.
  void set_glances(std::vector<AnchorGlance> glances) { glances_ = std::move(glances); }
  const std::vector<AnchorGlance>& glances() const { return glances_; }

  // Bytes of memory that the database takes.
  std::size_t size() const;
  const hs_database* get() const { return database_.get(); }

  // Version of the library and what of the CPU a database depends on.
  static std::string platform();

 private:
  struct Free {
    void operator()(hs_database* database) const;
  };
  explicit HyperscanDatabase(hs_database* database) : database_(database) {}
  std::unique_ptr<hs_database, Free> database_;
  std::vector<AnchorGlance> glances_;
};

// A worker's scratch space. One thread at a time.
class HyperscanScratch {
 public:
  static Result<HyperscanScratch> allocate(const HyperscanDatabase& database);

  // Appends every hit in `bytes` (less than 4 GiB) to `hits`, by where the anchor ends without its
  // tail. False where the library refused, which is a bug.
  // Where `bytes` are several texts, each followed by a byte that is none of its own, `starts` says
  // where they start, the first one at 0: a rule may ask for a text's start.
  [[nodiscard]] bool scan(const HyperscanDatabase& database, ByteView bytes,
                          std::vector<AnchorHit>* hits,
                          std::span<const std::uint64_t> starts = {}) const;

 private:
  struct Free {
    void operator()(hs_scratch* scratch) const;
  };
  explicit HyperscanScratch(hs_scratch* scratch) : scratch_(scratch) {}
  std::unique_ptr<hs_scratch, Free> scratch_;
};

}  // namespace dragnet
