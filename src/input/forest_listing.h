// What a repository has, as the delta forests of its packs and what lies outside of them.
//
// Places go pack after pack in the order of the packs' bytes, then come the objects that are read
// one by one: loose ones, and those of which no pack has a healthy entry. An object that several
// packs have is listed where it comes first; its other copies are known as such where something is
// a delta of them. Of one healthy pack, the usual case, nothing is kept but its forest.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "git/repository.h"
#include "pack/delta_forest.h"
#include "pack/object_listing.h"

namespace dragnet {

// A pack's forest and its part of the listing.
struct Grove {
  static constexpr std::uint32_t kCopy = ~std::uint32_t{0};

  const PackFile* pack = nullptr;
  DeltaForest forest;
  bool trusted = false;   // what the index says was checked, CRCs included
  bool distinct = false;  // every node is healthy, and no id stands twice
  std::uint32_t first_place = 0;
  std::vector<std::uint32_t> places;  // by node, from `first_place` on; empty where all are listed
  std::vector<std::uint32_t> nodes;   // by place from `first_place` on; likewise

  // kCopy where the node is not listed.
  std::uint32_t place(std::uint32_t node) const {
    if (places.empty()) return first_place + node;
    return places[node] == kCopy ? kCopy : first_place + places[node];
  }
  std::uint32_t node(std::uint32_t place) const {
    return nodes.empty() ? place - first_place : nodes[place - first_place];
  }
  const char* raw_id(std::uint32_t node) const { return pack->index.raw_id(forest.position(node)); }
  ObjectId id(std::uint32_t node) const { return pack->index.id(forest.position(node)); }
  ObjectHeader header(std::uint32_t node) const;
};

class ForestTable : public ObjectTable {
 public:
  // Objects and everything that could not be listed. Sessions to read single objects are opened
  // with `options`; `repository` must outlive the table.
  static Result<std::shared_ptr<const ForestTable>> make(const Repository& repository,
                                                         unsigned threads,
                                                         const PackSessionOptions& options,
                                                         std::vector<Unreadable>* unreadable);

  std::uint32_t size() const override {
    return first_single_ + static_cast<std::uint32_t>(singles_->size());
  }
  ByteView raw_id(std::uint32_t place) const override;
  ObjectHeader header(std::uint32_t place) const override;
  std::uint64_t total_size() const override;
  void each_id(const IdVisit& visit) const override;
  std::uint64_t memory() const override;

  const std::vector<std::unique_ptr<Grove>>& groves() const { return groves_; }
  // Whether the object has further copies.
  bool several(std::uint32_t place) const { return !several_.empty() && several_[place]; }
  // What is read one by one; its places count from `first_single()` on.
  const ObjectTable& singles() const { return *singles_; }
  std::uint32_t first_single() const { return first_single_; }

 private:
  class Builder;
  const Grove& grove_of(std::uint32_t place) const;

  std::vector<std::unique_ptr<Grove>> groves_;
  std::vector<bool> several_;  // by place; empty where none has
  std::unique_ptr<ListedTable> singles_;
  std::uint32_t first_single_ = 0;
};

}  // namespace dragnet
