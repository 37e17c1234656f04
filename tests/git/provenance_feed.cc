// A made history given to the real provenance, in the orders and by the threads that a scan may
// have.
#include <algorithm>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "git/provenance_history.h"
#include "git/random_delta.h"
#include "git/random_pick.h"

namespace dragnet::test {

namespace {

// Feeds all of a history, each thread by itself or all from one heap of what may come next.
class HistoryFeeder {
 public:
  HistoryFeeder(const MadeHistory& history, const FeedOptions& options, std::mt19937* random,
                Provenance* provenance)
      : history_(history), options_(options), random_(random), provenance_(provenance) {}

  void run() {
    list_steps();
    std::vector<std::thread> others;
    const auto threads = static_cast<std::size_t>(options_.threads);
    for (std::size_t i = 1; i < threads; ++i) {
      others.emplace_back([this, i, seed = static_cast<unsigned>((*random_)())] { feed(i, seed); });
    }
    feed(0, static_cast<unsigned>((*random_)()));
    for (std::thread& thread : others) thread.join();
  }

 private:
  struct Step {
    const std::pair<const ObjectId, MadeTree>* tree = nullptr;
    const std::pair<const ObjectId, MadeCommit>* commit = nullptr;
    // For a tree that comes as a delta: the steps from the base, and those that have it as base.
    std::vector<DeltaOp> ops;
    std::shared_ptr<const TreeState> base;
    std::vector<std::size_t> children;
  };

  void list_steps() {
    for (const auto& entry : history_.trees) steps_.emplace_back().tree = &entry;
    for (const auto& entry : history_.commits) steps_.emplace_back().commit = &entry;
    if (options_.twice) {
      const std::size_t count = steps_.size();
      for (std::size_t i = 0; i < count; i += 3) steps_.push_back(steps_[i]);
    }
    if (options_.shuffle) std::shuffle(steps_.begin(), steps_.end(), *random_);
    std::vector<std::size_t> trees;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      Step& step = steps_[i];
      if (!options_.deltas || step.tree == nullptr || trees.empty() || chance(random_, 15)) {
        ready_.push_back(i);
      } else {
        // Mostly a late one, so that chains are long.
        const auto count = static_cast<int>(trees.size());
        const int back =
            chance(random_, 70) ? pick(random_, std::min(count, 3)) : pick(random_, count);
        Step& base = steps_[trees[static_cast<std::size_t>(count - 1 - back)]];
        base.children.push_back(i);
        step.ops = random_delta(random_, base.tree->second.bytes, step.tree->second.bytes);
      }
      if (step.tree != nullptr) trees.push_back(i);
    }
  }

  void feed(std::size_t thread, unsigned seed) {
    Provenance::Feeder* feeder = provenance_->make_feeder();
    if (!options_.deltas) {
      for (std::size_t i = thread; i < steps_.size();
           i += static_cast<std::size_t>(options_.threads)) {
        take(feeder, &steps_[i]);
      }
      return;
    }
    std::mt19937 random(seed);
    while (Step* step = next(&random)) {
      const auto state = take(feeder, step);
      const std::scoped_lock lock(mutex_);
      for (const std::size_t child : step->children) {
        steps_[child].base = state;
        ready_.push_back(child);
      }
      --busy_;
    }
  }

  // One that may come next, or nothing once all are done.
  Step* next(std::mt19937* random) {
    while (true) {
      {
        const std::scoped_lock lock(mutex_);
        if (!ready_.empty()) {
          ++busy_;
          std::swap(ready_[(*random)() % ready_.size()], ready_.back());
          const std::size_t i = ready_.back();
          ready_.pop_back();
          return &steps_[i];
        }
        if (busy_ == 0) return nullptr;
      }
      std::this_thread::yield();
    }
  }

  std::shared_ptr<const TreeState> take(Provenance::Feeder* feeder, Step* step) {
    if (step->commit != nullptr) {
      const MadeCommit& made = step->commit->second;
      const Provenance::NewCommit commit{step->commit->first, {made.tree, made.parents, made.date}};
      provenance_->add_commits({&commit, 1});
      return nullptr;
    }
    const auto& [id, tree] = *step->tree;
    const auto state = std::make_shared<TreeState>();
    std::vector<FreshEntry> fresh;
    const TreeParser& parser = provenance_->parser();
    if (step->base) {
      parser.parse_delta(tree.bytes, id.size, *step->base, step->ops, state.get(), &fresh);
      step->base.reset();
    } else {
      parser.parse(tree.bytes, id.size, state.get(), &fresh);
    }
    std::vector<NameHit> hits;
    for (const auto& [name, secret] : tree.name_hits) {
      for (const FreshEntry& entry : fresh) {
        if (entry.name(tree.bytes) == name) hits.push_back({entry, secret});
      }
    }
    state->add_name_hits(hits);
    feeder->add_tree(id, tree.bytes, *state);
    return state;
  }

  const MadeHistory& history_;
  const FeedOptions options_;
  std::mt19937* random_;
  Provenance* provenance_;
  std::vector<Step> steps_;
  std::mutex mutex_;
  std::vector<std::size_t> ready_;  // this and busy_ guarded by mutex_
  int busy_ = 0;
};

}  // namespace

Result<Provenance::Outcome> run_provenance(const MadeHistory& history, const FeedOptions& options,
                                           std::mt19937* random,
                                           std::vector<Provenance::Reach>* reach) {
  Provenance provenance(&history.holders, options.memory, nullptr, &history.named);
  HistoryFeeder(history, options, random, &provenance).run();
  Result<Provenance::Outcome> outcome = provenance.resolve(history.input);
  if (reach != nullptr) {
    std::vector<ObjectId> commits{made_id("unknown commit")};
    for (const auto& entry : history.commits) commits.push_back(entry.first);
    *reach = provenance.reach(commits);
  }
  return outcome;
}

}  // namespace dragnet::test
