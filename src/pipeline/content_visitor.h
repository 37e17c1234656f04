// Blobs, commits and tags: their bytes are scanned, and what commits and tags name is followed.
#pragma once

#include <memory>
#include <vector>

#include "pipeline/pass_visitor.h"

namespace dragnet {

class ContentVisitor : public PassVisitor {
 public:
  using PassVisitor::PassVisitor;
  ~ContentVisitor() override { hand_in_commits(); }
  ContentVisitor(const ContentVisitor&) = delete;
  ContentVisitor& operator=(const ContentVisitor&) = delete;

  std::shared_ptr<const NodeState> object(const ObjectView& view) override;

 private:
  const std::vector<Match>& scan(const ObjectView& view);
  void add_holder(const ObjectId& blob, std::vector<std::uint32_t> secrets,
                  const std::vector<Match>& matches);
  void commit(const ObjectView& view);
  void hand_in_commits();
  void check_named(const Provenance::NewCommit& commit) const;
  void tag(const ObjectView& view);

  std::vector<Provenance::NewCommit> commits_;  // not handed in yet
  ScanState kept_;                              // of the object in hand; its memory is used again
};

}  // namespace dragnet
