#include "git/provenance.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "git/provenance_commits.h"
#include "git/provenance_edges.h"
#include "git/provenance_interest.h"
#include "git/provenance_stays.h"

namespace dragnet {

namespace {

using provenance::kNone;

}  // namespace

struct Provenance::Feeder::Impl {
  explicit Impl(provenance::EdgeSink* sink) : lane(sink), numbers(&sink->trees) {}
  provenance::TreeLane lane;
  provenance::TreeNumbers* numbers;
};

Provenance::Feeder::Feeder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Provenance::Feeder::~Feeder() = default;

void Provenance::Feeder::add_tree(const ObjectId& id, ByteView bytes, const TreeState& state) {
  if (!state.links().empty()) impl_->lane.add(impl_->numbers->number(id), bytes, state.links());
}

void Provenance::Feeder::add_listed_tree(std::uint32_t place, ByteView bytes,
                                         const TreeState& state) {
  impl_->lane.add(place, bytes, state.links());
}

struct Provenance::Impl {
  Impl(const SecretHolders* secret_holders, std::uint64_t memory, const ObjectPlaces* places,
       const NamedHolders* named)
      : holders(*secret_holders, named), sink(memory, places), parser(&holders, &sink.trees) {}

  void list_unplaced(const provenance::Interest& interest, Outcome* out) const;
  std::vector<Stay> list_stays(const provenance::FoundStays& found,
                               const provenance::PathFates& fates) const;

  provenance::HolderIndex holders;
  provenance::EdgeSink sink;
  const TreeParser parser;
  std::mutex feeders_mutex;
  std::vector<std::unique_ptr<Feeder>> feeders;  // guarded by feeders_mutex
  provenance::CommitGraph commits;
  std::unique_ptr<provenance::RefHistory> refs;  // after resolve
};

std::vector<Stay> Provenance::Impl::list_stays(const provenance::FoundStays& found,
                                               const provenance::PathFates& fates) const {
  std::vector<std::uint32_t> introducing;
  introducing.reserve(found.stays.size());
  for (const provenance::FoundStay& stay : found.stays) introducing.push_back(stay.commit);
  std::vector<Reach> reached = refs->reach(introducing);

  std::vector<Stay> stays;
  stays.reserve(found.stays.size());
  for (std::size_t i = 0; i < found.stays.size(); ++i) {
    const provenance::FoundStay& from = found.stays[i];
    const provenance::PathFate& fate = fates.of(from);
    Stay& stay = stays.emplace_back();
    stay.secret = from.secret;
    stay.path = found.paths.text(from.path);
    if (from.commit != kNone) stay.commit = commits.id(from.commit);
    stay.name_hit = from.holder == kNone;
    if (!stay.name_hit) {
      stay.object = holders.id(from.holder);
    } else if (from.tree != kNone) {
      stay.object = sink.trees.id(from.tree);
    }
    stay.at_tip = fate.at_tip;
    if (fate.removed_in != kNone) stay.removed_in = commits.id(fate.removed_in);
    stay.published = reached[i].published;
    stay.refs = std::move(reached[i].refs);
    stay.ref_count = reached[i].ref_count;
  }
  std::sort(stays.begin(), stays.end(), [](const Stay& a, const Stay& b) {
    return std::tie(a.secret, a.path, a.commit, a.name_hit, a.object) <
           std::tie(b.secret, b.path, b.commit, b.name_hit, b.object);
  });
  return stays;
}

void Provenance::Impl::list_unplaced(const provenance::Interest& interest, Outcome* out) const {
  std::vector<bool> placed(holders.secret_limit());
  for (const Stay& stay : out->stays) {
    if (stay.secret < placed.size()) placed[stay.secret] = true;
  }
  for (std::uint32_t holder = 0; holder < holders.size(); ++holder) {
    if (holders.needs_name(holder)) continue;
    for (const std::uint32_t secret : holders.secrets(holder)) {
      if (interest.named[holder] && placed[secret]) continue;
      out->unplaced.push_back({secret, holders.id(holder)});
    }
  }
  std::sort(out->unplaced.begin(), out->unplaced.end(),
            [](const Outcome::Unplaced& a, const Outcome::Unplaced& b) {
              return std::tie(a.secret, a.blob) < std::tie(b.secret, b.blob);
            });
}

Provenance::Provenance(const SecretHolders* holders, std::uint64_t memory,
                       const ObjectPlaces* places, const NamedHolders* named)
    : impl_(std::make_unique<Impl>(holders, memory, places, named)) {}

Provenance::~Provenance() = default;

// A commit may name a tree by an id of the other kind, which no tree of the repository has.
void Provenance::add_commits(std::span<const NewCommit> commits) {
  std::vector<std::uint32_t> trees;
  trees.reserve(commits.size());
  for (const auto& [id, links] : commits) {
    trees.push_back(links.tree.size == id.size ? impl_->sink.trees.number(links.tree) : kNone);
  }
  impl_->commits.add(commits, trees);
}

const TreeParser& Provenance::parser() const { return impl_->parser; }

Provenance::Feeder* Provenance::make_feeder() {
  std::unique_ptr<Feeder> feeder(new Feeder(std::make_unique<Feeder::Impl>(&impl_->sink)));
  const std::scoped_lock lock(impl_->feeders_mutex);
  return impl_->feeders.emplace_back(std::move(feeder)).get();
}

Result<Provenance::Outcome> Provenance::resolve(const ProvenanceInput& input) {
  for (const auto& feeder : impl_->feeders) feeder->impl_->lane.finish();
  impl_->feeders.clear();
  std::jthread ordering([&] { impl_->commits.finish(input.shallow); });
  const Result<provenance::Interest> interest = provenance::find_interest(
      &impl_->sink.chunks, impl_->sink.trees.limit(), impl_->holders.size());
  ordering.join();
  if (!interest.ok()) return interest.error();

  const provenance::History history{&impl_->holders, &interest.value(), &impl_->commits,
                                    &impl_->sink.chunks, &impl_->sink.trees};
  provenance::FoundStays found = provenance::find_stays(history);
  const Status named = provenance::find_name_trees(history, &found);
  if (!named.ok()) return named.error();
  const provenance::PathFates fates = provenance::find_fates(history, found, input);

  impl_->refs = std::make_unique<provenance::RefHistory>(&impl_->commits, input);
  Outcome out;
  out.stays = impl_->list_stays(found, fates);
  out.stays_cut = found.cut;
  out.removals_complete = fates.complete;
  impl_->list_unplaced(interest.value(), &out);
  return out;
}

std::vector<Provenance::Reach> Provenance::reach(std::span<const ObjectId> commits) const {
  if (!impl_->refs) return std::vector<Reach>(commits.size());
  std::vector<std::uint32_t> places;
  places.reserve(commits.size());
  for (const ObjectId& id : commits) places.push_back(impl_->commits.find(id));
  return impl_->refs->reach(places);
}

}  // namespace dragnet
