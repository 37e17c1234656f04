// What a commit's tree has that no parent's tree has at the same path.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "base/object_id.h"
#include "git/object_parse.h"
#include "git/repository.h"
#include "git/selection.h"

namespace dragnet {

// Collects over many commits: each object is found once. Not thread safe.
class TreeCompare {
 public:
  // Both must outlive the object. New objects are appended to `selection->objects`, what they are
  // compared with to `selection->context`, without sizes; what cannot be read to `unreadable`.
  TreeCompare(ObjectSession* session, Selection* selection)
      : session_(session), selection_(selection) {}

  // Compares a tree with the trees of its commit's parents; none where it is a first commit.
  void add(const ObjectId& tree, std::vector<ObjectId> parents);
  // An object of another kind.
  void add_object(const ObjectId& id, ObjectType type);

  bool has(const ObjectId& id) const { return objects_.contains(id); }
  // Takes out of `context` what some commit brought, and fills in sizes. Called once, at the end.
  void finish();

 private:
  // One comparison still to be made: a tree and the trees at the same path of the parents.
  struct Pair {
    ObjectId tree;
    std::vector<ObjectId> parents;  // sorted, each once
  };
  bool first_time(const Pair& pair);
  void compare(const Pair& pair, std::vector<Pair>* pending);
  // An entry that no parent has, and what the parents have of its name.
  void go_into(const TreeEntry& entry, const std::vector<TreeEntry>& before,
               std::vector<Pair>* pending);
  bool read_tree(const ObjectId& id, std::string* bytes);
  void add_context(const ObjectId& id, ObjectType type);
  void fill_sizes(std::vector<ObjectHeader>* objects);
  void report(const ObjectId& id, const std::string& reason);

  ObjectSession* session_;
  Selection* selection_;
  std::unordered_set<ObjectId, ObjectIdHash> objects_;
  std::unordered_set<ObjectId, ObjectIdHash> context_;
  std::unordered_set<ObjectId, ObjectIdHash> reported_;
  std::unordered_set<std::string> compared_;
};

}  // namespace dragnet
