// Blobs, commits and tags: their bytes are scanned, and what commits and tags name is followed.
#pragma once

#include <memory>
#include <vector>

#include "pipeline/pass_visitor.h"

namespace dragnet {

class ContentVisitor : public PassVisitor {
 public:
  using PassVisitor::PassVisitor;

  std::shared_ptr<const NodeState> object(const ObjectView& view) override;

 private:
  const std::vector<Match>& scan(const ObjectView& view);
  void commit(const ObjectView& view);
  void tag(const ObjectView& view);

  ScanState kept_;  // of the object in hand; its memory is used again
};

}  // namespace dragnet
