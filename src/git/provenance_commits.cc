#include "git/provenance_commits.h"

#include <algorithm>
#include <array>
#include <bit>

namespace dragnet::provenance {

namespace {

constexpr std::size_t kMaskBits = 64;

bool starts_with(const std::string& name, std::string_view prefix) {
  return std::string_view(name).starts_with(prefix);
}

}  // namespace

void CommitGraph::add(std::span<const Provenance::NewCommit> commits,
                      std::span<const std::uint32_t> trees) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < commits.size(); ++i) add_one(commits[i], trees[i]);
}

void CommitGraph::add_one(const Provenance::NewCommit& commit, std::uint32_t tree) {
  const std::uint32_t number = ids_.intern(commit.id);
  if (number == kNone) return;
  make_room();
  if (added_[number]) return;
  added_[number] = true;
  trees_[number] = tree;
  dates_[number] = commit.links.committer_date;
  first_parent_[number] = static_cast<std::uint32_t>(parents_.size());
  for (const ObjectId& parent : commit.links.parents) {
    const std::uint32_t parent_number = ids_.intern(parent);
    if (parent_number != kNone) parents_.push_back(parent_number);
  }
  parent_count_[number] = static_cast<std::uint32_t>(parents_.size()) - first_parent_[number];
  make_room();
}

void CommitGraph::make_room() {
  added_.resize(ids_.size());
  trees_.resize(ids_.size(), kNone);
  dates_.resize(ids_.size());
  first_parent_.resize(ids_.size());
  parent_count_.resize(ids_.size());
}

void CommitGraph::finish(std::span<const ObjectId> shallow) {
  for (const ObjectId& id : shallow) {
    const std::uint32_t number = ids_.find(id);
    if (number != kNone) parent_count_[number] = 0;
  }
  order();

  std::vector<std::uint32_t> first(1);
  std::vector<std::uint32_t> parents;
  first.reserve(numbers_.size() + 1);
  parents.reserve(parents_.size());
  for (const std::uint32_t number : numbers_) {
    for (std::uint32_t i = 0; i < parent_count_[number]; ++i) {
      const std::uint32_t place = places_[parents_[first_parent_[number] + i]];
      if (place != kNone) parents.push_back(place);
    }
    first.push_back(static_cast<std::uint32_t>(parents.size()));
  }
  first_parent_.swap(first);
  parents_.swap(parents);
  std::vector<std::uint32_t>().swap(parent_count_);
}

// Kahn's algorithm: a commit is taken when all of its parents have been.
void CommitGraph::order() {
  const std::uint32_t count = ids_.size();
  std::vector<std::uint32_t> waiting(count);  // parents not taken yet
  std::vector<std::uint32_t> first_child(std::size_t{count} + 1);
  const auto each_edge = [&](auto&& visit) {
    for (std::uint32_t number = 0; number < count; ++number) {
      if (!added_[number]) continue;
      for (std::uint32_t i = 0; i < parent_count_[number]; ++i) {
        const std::uint32_t parent = parents_[first_parent_[number] + i];
        if (added_[parent]) visit(parent, number);
      }
    }
  };
  each_edge([&](std::uint32_t parent, std::uint32_t child) {
    ++waiting[child];
    ++first_child[parent + 1];
  });
  for (std::uint32_t i = 0; i < count; ++i) first_child[i + 1] += first_child[i];
  std::vector<std::uint32_t> children(first_child.back());
  std::vector<std::uint32_t> filled(first_child.begin(), first_child.end() - 1);
  each_edge([&](std::uint32_t parent, std::uint32_t child) { children[filled[parent]++] = child; });

  for (std::uint32_t number = 0; number < count; ++number) {
    if (added_[number] && waiting[number] == 0) numbers_.push_back(number);
  }
  for (std::size_t at = 0; at < numbers_.size(); ++at) {
    const std::uint32_t number = numbers_[at];
    for (std::uint32_t i = first_child[number]; i < first_child[number + 1]; ++i) {
      if (--waiting[children[i]] == 0) numbers_.push_back(children[i]);
    }
  }
  break_cycles(waiting, &numbers_);
  places_.assign(count, kNone);
  for (std::uint32_t place = 0; place < numbers_.size(); ++place) places_[numbers_[place]] = place;
}

// What waits for ever is in a cycle or above one. Any order will do, if it is always the same.
void CommitGraph::break_cycles(const std::vector<std::uint32_t>& waiting,
                               std::vector<std::uint32_t>* sequence) const {
  const std::size_t before = sequence->size();
  for (std::uint32_t number = 0; number < waiting.size(); ++number) {
    if (waiting[number] != 0) sequence->push_back(number);
  }
  std::sort(sequence->begin() + static_cast<std::ptrdiff_t>(before), sequence->end(),
            [this](std::uint32_t a, std::uint32_t b) { return ids_.raw(a) < ids_.raw(b); });
}

std::uint32_t CommitGraph::find(const ObjectId& id) const {
  const std::uint32_t number = ids_.find(id);
  return number == kNone ? kNone : places_[number];
}

bool CommitGraph::earlier(std::uint32_t a, std::uint32_t b) const {
  if (date(a) != date(b)) return date(a) < date(b);
  return raw_id(a) < raw_id(b);
}

std::vector<bool> CommitGraph::history(std::uint32_t commit) const {
  std::vector<bool> has(size());
  if (commit == kNone) return has;
  std::vector<std::uint32_t> open{commit};
  has[commit] = true;
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    for (const std::uint32_t parent : parents(at)) {
      if (has[parent]) continue;
      has[parent] = true;
      open.push_back(parent);
    }
  }
  return has;
}

RefHistory::RefHistory(const CommitGraph* graph, const ProvenanceInput& input)
    : graph_(graph), can_be_known_(input.bare || input.has_remotes), max_refs_(input.max_refs) {
  const std::string_view publishing = input.bare ? "refs/" : "refs/remotes/";
  for (std::uint32_t ref = 0; ref < input.refs.size(); ++ref) {
    const std::uint32_t commit = graph_->find(input.refs[ref].commit);
    if (commit == kNone) continue;
    tips_.push_back({ref, commit, starts_with(input.refs[ref].name, publishing)});
  }
}

std::optional<bool> RefHistory::published(bool by_a_ref) const {
  if (!can_be_known_) return std::nullopt;
  return by_a_ref;
}

std::vector<Provenance::Reach> RefHistory::reach(std::span<const std::uint32_t> commits) const {
  std::vector<Provenance::Reach> answers(commits.size());
  std::vector<std::uint32_t> distinct(commits.begin(), commits.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (!distinct.empty() && distinct.back() == kNone) distinct.pop_back();

  std::vector<Provenance::Reach> found(distinct.size());
  std::vector<std::uint64_t> masks(graph_->size());
  for (std::size_t at = 0; at < distinct.size(); at += kMaskBits) {
    const std::size_t count = std::min(kMaskBits, distinct.size() - at);
    reach_some(std::span(distinct).subspan(at, count), &masks, std::span(found).subspan(at, count));
  }
  for (std::size_t i = 0; i < commits.size(); ++i) {
    if (commits[i] == kNone) {
      answers[i].published = published(false);
      continue;
    }
    const auto place = std::lower_bound(distinct.begin(), distinct.end(), commits[i]);
    answers[i] = found[static_cast<std::size_t>(place - distinct.begin())];
  }
  return answers;
}

// `commits` ascend, so the pass can start at the first: what comes before has none of them in its
// history.
void RefHistory::reach_some(std::span<const std::uint32_t> commits,
                            std::vector<std::uint64_t>* masks,
                            std::span<Provenance::Reach> answers) const {
  const std::uint32_t start = commits.front();
  std::fill(masks->begin() + start, masks->end(), 0);
  for (std::size_t i = 0; i < commits.size(); ++i) (*masks)[commits[i]] = std::uint64_t{1} << i;
  for (std::uint32_t commit = start; commit < graph_->size(); ++commit) {
    std::uint64_t mask = (*masks)[commit];
    for (const std::uint32_t parent : graph_->parents(commit)) {
      if (parent >= start) mask |= (*masks)[parent];
    }
    (*masks)[commit] = mask;
  }

  // Counters of 32 bits, turned on their side: word i holds bit i of all 64, so that a ref's mask
  // is added to all of them at once.
  std::array<std::uint64_t, 32> counters{};
  std::uint64_t published_mask = 0;
  std::uint64_t wants_more = max_refs_ == 0 ? 0 : ~std::uint64_t{0};
  for (const Tip& tip : tips_) {
    if (tip.commit < start) continue;
    const std::uint64_t mask = (*masks)[tip.commit];
    if (tip.publishes) published_mask |= mask;
    std::uint64_t carry = mask;
    for (std::size_t i = 0; carry != 0; ++i) {
      const std::uint64_t both = counters[i] & carry;
      counters[i] ^= carry;
      carry = both;
    }
    for (std::uint64_t left = mask & wants_more; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(left));
      answers[bit].refs.push_back(tip.ref);
      if (answers[bit].refs.size() == max_refs_) wants_more &= ~(std::uint64_t{1} << bit);
    }
  }
  for (std::size_t bit = 0; bit < commits.size(); ++bit) {
    for (std::size_t i = 0; i < counters.size(); ++i) {
      answers[bit].ref_count |= static_cast<std::uint32_t>((counters[i] >> bit & 1) << i);
    }
    answers[bit].published = published((published_mask >> bit & 1) != 0);
  }
}

}  // namespace dragnet::provenance
