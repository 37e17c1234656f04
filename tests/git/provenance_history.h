// Histories made up in memory, and what provenance is by definition: every tree of every commit
// expanded, every question answered from the whole.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "git/provenance.h"

namespace dragnet::test {

struct MadeTree {
  struct Entry {
    std::string mode;
    std::string name;
    ObjectId id;
  };
  std::vector<Entry> entries;
  ByteString bytes;
  std::vector<std::pair<std::string, std::uint32_t>> name_hits;
};

struct MadeCommit {
  ObjectId tree;
  std::vector<ObjectId> parents;
  std::int64_t date = 0;
};

// An id that nothing else has.
ObjectId made_id(const std::string& what);

struct MadeHistory {
  std::map<ObjectId, MadeTree> trees;
  std::map<ObjectId, MadeCommit> commits;
  SecretHolders holders;
  NamedHolders named;
  ProvenanceInput input;

  // Whether what the blob holds counts in an entry of that name.
  bool holds(const ObjectId& blob, const std::string& name) const {
    return holders.contains(blob) && (!named.blobs.contains(blob) || named.may_count(name));
  }
  // Adds a tree of these entries, in git's order, and gives its id.
  ObjectId add_tree(std::vector<MadeTree::Entry> entries,
                    std::vector<std::pair<std::string, std::uint32_t>> name_hits = {});
  ObjectId add_commit(const std::string& name, MadeCommit commit);
};

struct HistoryShape {
  int commits = 12;
  int edits = 3;       // at most, per commit
  bool names = true;   // secrets in names too
  bool named = false;  // half the holders count under some names only
};

MadeHistory random_history(std::mt19937* random, const HistoryShape& shape);

struct FeedOptions {
  int threads = 1;
  bool shuffle = true;
  bool twice = false;   // some trees and commits once more
  bool deltas = false;  // trees by random deltas of others, in a random order that has bases first
  std::uint64_t memory = 64 << 20;
};

// Runs the real one.
Result<Provenance::Outcome> run_provenance(const MadeHistory& history, const FeedOptions& options,
                                           std::mt19937* random,
                                           std::vector<Provenance::Reach>* reach = nullptr);

// The slow, obvious one. `reach` is of every commit, in the order of the map.
Provenance::Outcome expected_outcome(const MadeHistory& history,
                                     std::vector<Provenance::Reach>* reach = nullptr);

// One line per stay and unplaced blob, for comparing and for reading.
std::string to_text(const Provenance::Outcome& outcome);
std::string to_text(const std::vector<Provenance::Reach>& reach);

}  // namespace dragnet::test
