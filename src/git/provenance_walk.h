// The one comparison that everything asks for: what is present in a view and in none of others.
//
// Goes down only where the view differs from all of the others. A repository can hold a tree that
// has itself a thousandfold through few objects, so the number of paths is not bounded by the size
// of what is stored. What a comparison yielded is therefore remembered, by number, for the length
// of one walk: what yields nothing is not entered twice, and once the visitor has had enough, what
// was counted before is only added up. So a walk costs what it yields plus the number of different
// comparisons in it.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "git/provenance_ids.h"
#include "git/provenance_views.h"

namespace dragnet::provenance {

// A secret that a walk comes upon, in the folder `folder` under the name `name`.
struct Sighting {
  std::uint32_t folder = 0;  // what the visitor's `enter` gave
  std::uint32_t name = 0;
  std::uint32_t secret = 0;
  std::uint32_t holder = kNone;  // kNone: the name itself has the secret
};

class WalkVisitor {
 public:
  static constexpr std::uint32_t kSkip = 0xFFFFFFFE;

  virtual ~WalkVisitor() = default;
  // A number of the visitor's own for the folder `name` in `folder`; kSkip: do not enter it. The
  // top folder is 0. Not asked once `exhausted`: folders are kNone then.
  virtual std::uint32_t enter(std::uint32_t folder, std::uint32_t name) = 0;
  // Whether a sighting of this holder (kNone: of the name) and secret counts. Must not depend on
  // where: what is known of a folder is used wherever else that folder stands.
  virtual bool wants(std::uint32_t holder, std::uint32_t secret) const {
    static_cast<void>(holder);
    static_cast<void>(secret);
    return true;
  }
  virtual void visit(const Sighting& sighting) = 0;
  // From here on sightings are only counted.
  virtual bool exhausted() const { return false; }
  // `count` further sightings that were not visited, since the visitor was exhausted.
  virtual void skipped(std::uint64_t count) { static_cast<void>(count); }
};

class Walk {
 public:
  Walk(const ViewStore* store, const HolderIndex* holders) : store_(store), holders_(holders) {}

  // Shows what is in `view` and in none of `others`, folders' entries in the order of names.
  void run(ViewStore::View view, std::span<const ViewStore::View> others, WalkVisitor* visitor);

  // Whether one of `views` has the secret under this name.
  bool present(std::span<const ViewStore::View> views, std::uint32_t name,
               std::uint32_t secret) const;

 private:
  // A view and the others that it is compared with, in ascending order.
  using Comparison = std::vector<ViewStore::View>;
  struct ComparisonHash {
    std::size_t operator()(const Comparison& comparison) const;
  };
  struct Child {
    std::uint32_t name;
    Comparison comparison;
  };
  struct Frame {
    Comparison comparison;
    std::uint32_t folder;
    std::uint64_t count = 0;  // sightings below; saturates; at least 1 where something was skipped
    std::vector<Child> children;
    std::size_t next = 0;
  };

  void open(Comparison comparison, std::uint32_t folder, WalkVisitor* visitor);
  void open_child(WalkVisitor* visitor);
  void show_entry(Frame* frame, ViewKey key, WalkVisitor* visitor);
  void show(Frame* frame, const Sighting& sighting, WalkVisitor* visitor);

  const ViewStore* store_;
  const HolderIndex* holders_;
  std::vector<Frame> stack_;
  std::unordered_map<Comparison, std::uint64_t, ComparisonHash> counts_;
};

}  // namespace dragnet::provenance
