// What finds anchors, behind a small face: a database of them, a scratch per worker, hits as
// records.
//
// Anchors that are literals, which nearly all are, our own matcher looks for (literal_matcher.h);
// the others Hyperscan does, in block mode, without start of match, and without any flag that makes
// it report less than every match. The database is immutable and shared; each worker owns its
// scratch. Both take a glance around an anchor, which is some nanoseconds, and append a record.
// (Vectorscan has the same API as Hyperscan and serves where it is installed instead.)
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/literal_matcher.h"
#include "match/precheck.h"

struct hs_database;
struct hs_scratch;

namespace dragnet {

class HyperscanDatabase {
 public:
  // Compiles the patterns. The error of a refused one names its position in `bad_pattern`. The
  // glances, where given one a pattern, are what is asked of each hit before it is reported.
  static Result<HyperscanDatabase> compile(std::span<const std::string> patterns,
                                           std::size_t* bad_pattern,
                                           std::vector<AnchorGlance> glances = {});
  static Result<HyperscanDatabase> deserialize(ByteView bytes);
  Result<ByteString> serialize() const;

  // Those of a database that comes from bytes; until then, nothing is asked.
  void set_glances(std::vector<AnchorGlance> glances) { glances_ = std::move(glances); }
  const std::vector<AnchorGlance>& glances() const { return glances_; }

  // Bytes of memory that the database takes.
  std::size_t size() const;
  const LiteralMatcher& literals() const { return literals_; }
  const hs_database* get() const { return database_.get(); }

  // Version of the library and what of the CPU a database depends on.
  static std::string platform();

 private:
  struct Free {
    void operator()(hs_database* database) const;
  };
  HyperscanDatabase() = default;
  Status compile_rest(std::span<const std::string> patterns, std::span<const unsigned> ids,
                      std::size_t* bad_pattern);

  LiteralMatcher literals_;
  std::unique_ptr<hs_database, Free> database_;  // of the other patterns; none: there are none
  std::vector<AnchorGlance> glances_;
};

// A worker's scratch space. One thread at a time.
class HyperscanScratch {
 public:
  static Result<HyperscanScratch> allocate(const HyperscanDatabase& database);

  // Appends every hit in `bytes` (less than 4 GiB) to `hits`, by where the anchor ends without its
  // tail. May throw std::bad_alloc, and std::runtime_error where the library refuses, which is a
  // bug: a text that was not searched must not pass for clean. Where `bytes` are several texts,
  // each followed by a byte that is none of its own, `starts` says where they start, the first one
  // at 0: a rule may ask for a text's start.
  void scan(const HyperscanDatabase& database, ByteView bytes, std::vector<AnchorHit>* hits,
            std::span<const std::uint64_t> starts = {}) const;

 private:
  struct Free {
    void operator()(hs_scratch* scratch) const;
  };
  explicit HyperscanScratch(hs_scratch* scratch) : scratch_(scratch) {}
  void scan_text(const HyperscanDatabase& database, ByteView text,
                 std::vector<AnchorHit>* hits) const;
  std::unique_ptr<hs_scratch, Free> scratch_;
};

}  // namespace dragnet
