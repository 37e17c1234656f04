// Hyperscan behind a small face: a database of anchors, a scratch per worker, hits as records.
//
// Block mode, no start of match, no flag that makes it report less than every match. The database
// is immutable and shared; each worker owns its scratch. The callback only appends a record.
// (Vectorscan has the same API and serves where it is installed instead.)
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace dragnet {

// One anchor seen by Hyperscan: `pattern` is its index in the database, `end` the offset after its
// last byte in the bytes that were scanned.
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
};

// A worker's scratch space. One thread at a time.
class HyperscanScratch {
 public:
  static Result<HyperscanScratch> allocate(const HyperscanDatabase& database);

  // Appends every hit in `bytes` (less than 4 GiB) to `hits`, in the order that Hyperscan reports,
  // which is by end offset. False where the library refused, which is a bug.
  [[nodiscard]] bool scan(const HyperscanDatabase& database, ByteView bytes,
                          std::vector<AnchorHit>* hits) const;

 private:
  struct Free {
    void operator()(hs_scratch* scratch) const;
  };
  explicit HyperscanScratch(hs_scratch* scratch) : scratch_(scratch) {}
  std::unique_ptr<hs_scratch, Free> scratch_;
};

}  // namespace dragnet
