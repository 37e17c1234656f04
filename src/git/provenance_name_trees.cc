// Views do not say which tree they came from, so that versions can share them. For secrets in names
// the tree is what the finding lies in; it is looked up in the records, for all such stays at once
// and one folder deeper in each round.
#include <algorithm>
#include <unordered_map>

#include "git/provenance_stays.h"

namespace dragnet::provenance {

namespace {

struct Query {
  FoundStay* stay;
  std::vector<std::uint32_t> folders;  // names, outermost first
};

class NameTreeFinder {
 public:
  NameTreeFinder(const History& history, FoundStays* found) : history_(history) {
    for (FoundStay& stay : found->stays) {
      if (stay.holder == kNone) queries_.push_back({&stay, found->paths.folder_names(stay.path)});
    }
  }

  Status run() {
    std::size_t depth = 0;
    for (const Query& query : queries_) depth = std::max(depth, query.folders.size());
    for (round_ = 0; round_ < depth; ++round_) {
      const Status status = descend();
      if (!status.ok()) return status;
    }
    return ok_status();
  }

 private:
  // A query's tree at a position of the chunk in hand.
  struct Place {
    std::uint32_t name;
    std::uint32_t position;
    std::size_t query;
  };

  Status descend();
  void find_children(ChunkReader reader, const std::vector<Place>& places);

  const History& history_;
  std::vector<Query> queries_;
  std::size_t round_ = 0;
  std::vector<std::uint32_t> children_;  // by query, in this round
};

Status NameTreeFinder::descend() {
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_tree;
  std::vector<bool> wanted(history_.interest->views.size());
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    const std::uint32_t tree = queries_[i].stay->tree;
    if (round_ >= queries_[i].folders.size() || tree >= wanted.size()) continue;
    wanted[tree] = true;
    by_tree[tree].push_back(i);
  }
  children_.assign(queries_.size(), kNone);
  ByteString scratch;
  for (std::size_t chunk = 0; chunk < history_.chunks->size() && !by_tree.empty(); ++chunk) {
    const Result<ByteView> bytes = history_.chunks->view(chunk, &scratch);
    if (!bytes.ok()) return bytes.error();
    const ChunkReader reader(bytes.value());
    std::vector<Place> places;
    for (std::uint32_t position = 0; position < reader.trees(); ++position) {
      const std::uint32_t tree = reader.tree(position);
      if (tree >= wanted.size() || !wanted[tree]) continue;
      for (const std::size_t query : by_tree[tree]) {
        places.push_back({queries_[query].folders[round_], position, query});
      }
    }
    if (!places.empty()) find_children(reader, places);
  }
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    if (round_ < queries_[i].folders.size()) queries_[i].stay->tree = children_[i];
  }
  return ok_status();
}

// Of several subtrees with one name, which git does not make, the one with the smallest id.
void NameTreeFinder::find_children(ChunkReader reader, const std::vector<Place>& unsorted) {
  std::vector<Place> places = unsorted;
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.name != b.name ? a.name < b.name : a.position < b.position;
  });
  const Interest& interest = *history_.interest;
  EdgeRecord record;
  while (reader.next(&record)) {
    if (record.kind != EdgeKind::kTree || record.target >= interest.views.size()) continue;
    if (interest.views[record.target] == 0) continue;
    const auto name = interest.numbers.find(record.name);
    if (name == interest.numbers.end()) continue;
    auto place =
        std::lower_bound(places.begin(), places.end(), Place{name->second, record.first, 0},
                         [](const Place& a, const Place& b) {
                           return a.name != b.name ? a.name < b.name : a.position < b.position;
                         });
    for (; place != places.end() && place->name == name->second && place->position <= record.last;
         ++place) {
      std::uint32_t& child = children_[place->query];
      if (child == kNone || history_.trees->raw(record.target) < history_.trees->raw(child)) {
        child = record.target;
      }
    }
  }
}

}  // namespace

Status find_name_trees(const History& history, FoundStays* found) {
  return NameTreeFinder(history, found).run();
}

}  // namespace dragnet::provenance
