#include "git/provenance_interest.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <span>
#include <thread>
#include <utility>

#include "base/hash.h"

namespace dragnet::provenance {

namespace {

constexpr std::uint16_t kTooHigh = kMaxHeight + 1;
// From this share of a set's entries on it is cheaper to build the set anew.
constexpr std::size_t kRebuildShare = 8;

// `items` in the order of a number below `limit`; those with the same one stay as they were.
template <typename Item, typename Number>
std::vector<Item> in_order(const std::vector<Item>& items, std::size_t limit, Number&& number) {
  std::vector<std::size_t> place(limit + 1);
  for (const Item& item : items) ++place[number(item) + std::size_t{1}];
  for (std::size_t i = 1; i <= limit; ++i) place[i] += place[i - 1];
  std::vector<Item> sorted(items.size());
  for (const Item& item : items) sorted[place[number(item)]++] = item;
  return sorted;
}

class InterestFinder {
 public:
  InterestFinder(ChunkStore* chunks, std::uint32_t trees, std::uint32_t holders)
      : chunks_(chunks), heights_(trees), changed_(trees) {
    out_.views.resize(trees);
    out_.has_parent.resize(trees);
    out_.named.resize(holders);
  }

  Result<Interest> run() {
    Status status = find_heights();
    if (status.ok()) status = find_names();
    if (status.ok()) status = find_views();
    if (!status.ok()) return status.error();
    if (out_.store.overflowed() || out_.names.size() >= kNone) {
      return Error{ErrorKind::kTooLarge, "too many trees lead to findings to tell their history",
                   "use rules that find less"};
    }
    out_.store.seal();
    return std::move(out_);
  }

 private:
  // What a chunk's current tree has, while its trees are taken in sequence.
  struct Member {
    std::uint32_t count = 0;  // of records that say so
    bool in_view = false;     // of the view made last
  };
  // Where a tree whose view is to be made stands.
  struct Place {
    std::uint16_t height;
    std::uint16_t position;
    std::uint32_t chunk;
  };
  struct Event {
    std::uint32_t at;  // position from which on
    bool enters;
    ViewKey key;
  };

  bool known(std::uint32_t tree) const { return tree < heights_.size(); }

  template <typename Visit>
  Status each_chunk(Visit&& visit) {
    for (std::size_t chunk = 0; chunk < chunks_->size(); ++chunk) {
      const Result<ByteView> bytes = chunks_->view(chunk, &scratch_);
      if (!bytes.ok()) return bytes.error();
      visit(chunk, ChunkReader(bytes.value()));
    }
    return ok_status();
  }

  Status find_heights();
  bool raise_heights(ChunkReader reader, std::uint16_t pass);
  Status find_names();
  Status find_views();
  void make_views(ChunkReader reader, std::span<const Place> places);
  void list_events(ChunkReader reader, std::span<const Place> places);
  ViewStore::View current_view(ViewStore::View last);
  void assign_view(std::uint32_t tree, ViewStore::View view);

  ChunkStore* chunks_;
  std::vector<std::uint16_t> heights_;  // by tree; 0 leads nowhere, at most kTooHigh
  std::vector<std::uint16_t> changed_;  // pass that set the height
  Interest out_;
  ByteString scratch_;
  // Of the chunk in hand.
  std::vector<Event> events_;
  std::vector<std::uint16_t> before_;
  std::map<ViewKey, Member> members_;
  std::vector<ViewKey> touched_, keys_;
};

// In passes over all chunks, each by two threads: two are enough, as other work waits for this.
Status InterestFinder::find_heights() {
  std::atomic<bool> changed = true;
  for (std::uint16_t pass = 1; changed; ++pass) {
    changed = false;
    std::atomic<std::size_t> next = 0;
    Status statuses[2] = {ok_status(), ok_status()};
    const auto work = [&](Status* status) {
      ByteString scratch;
      for (std::size_t chunk = next++; chunk < chunks_->size(); chunk = next++) {
        const Result<ByteView> bytes = chunks_->view(chunk, &scratch);
        if (!bytes.ok()) {
          *status = bytes.error();
          return;
        }
        if (raise_heights(ChunkReader(bytes.value()), pass)) changed = true;
      }
    };
    std::jthread other;
    if (chunks_->size() > 1) other = std::jthread(work, &statuses[1]);
    work(&statuses[0]);
    if (other.joinable()) other.join();
    for (Status& status : statuses) {
      if (!status.ok()) return std::move(status);
    }
  }
  return ok_status();
}

// Heights only grow and stop at kTooHigh, so there are at most that many passes. Which heights are
// reached in the end does not depend on the order.
bool InterestFinder::raise_heights(ChunkReader reader, std::uint16_t pass) {
  const auto height_of = [this](std::uint32_t tree) {
    return std::atomic_ref(heights_[tree]).load(std::memory_order_relaxed);
  };
  const auto changed_in = [this](std::uint32_t tree) {
    return std::atomic_ref(changed_[tree]).load(std::memory_order_relaxed);
  };
  bool any = false;
  EdgeRecord record;
  while (reader.next(&record)) {
    std::uint16_t height = 1;
    if (record.kind == EdgeKind::kTree) {
      if (!known(record.target) || height_of(record.target) == 0) continue;
      if (changed_in(record.target) + 1 < pass) continue;  // a former pass took it into account
      height =
          static_cast<std::uint16_t>(std::min<unsigned>(height_of(record.target) + 1U, kTooHigh));
    } else if (pass > 1) {
      continue;
    }
    for (std::size_t at = record.first; at <= record.last; ++at) {
      const std::uint32_t tree = reader.tree(at);
      if (!known(tree)) continue;
      const std::atomic_ref known_height(heights_[tree]);
      std::uint16_t old = known_height.load(std::memory_order_relaxed);
      while (old < height &&
             !known_height.compare_exchange_weak(old, height, std::memory_order_relaxed)) {
      }
      if (old >= height) continue;
      std::atomic_ref(changed_[tree]).store(pass, std::memory_order_relaxed);
      any = true;
    }
  }
  return any;
}

// And drops the records that lead nowhere, most of them: what follows reads the others many times.
Status InterestFinder::find_names() {
  ChunkWriter kept;
  const Status read = each_chunk([&](std::size_t chunk, ChunkReader reader) {
    for (std::uint32_t at = 0; at < reader.trees(); ++at) kept.add_tree(reader.tree(at));
    EdgeRecord record;
    while (reader.next(&record)) {
      if (record.kind == EdgeKind::kTree) {
        if (!known(record.target) || heights_[record.target] == 0) continue;
        out_.has_parent[record.target] = true;
      } else if (record.kind == EdgeKind::kBlob) {
        out_.named[record.target] = true;
      }
      kept.add(record);
      if (out_.numbers.find(record.name) == out_.numbers.end()) {
        out_.numbers.emplace(ByteString(record.name), 0);
      }
    }
    chunks_->shorten(chunk, kept.take());
  });
  if (!read.ok()) return read;
  out_.names.reserve(out_.numbers.size());
  for (const auto& entry : out_.numbers) out_.names.emplace_back(entry.first);
  std::sort(out_.names.begin(), out_.names.end());
  for (std::size_t i = 0; i < out_.names.size(); ++i) {
    out_.numbers.find(out_.names[i])->second = static_cast<std::uint32_t>(i);
  }
  return ok_status();
}

Status InterestFinder::find_views() {
  std::vector<Place> work;
  Status read = each_chunk([&](std::size_t chunk, const ChunkReader& reader) {
    for (std::uint32_t at = 0; at < reader.trees(); ++at) {
      if (!known(reader.tree(at)) || heights_[reader.tree(at)] == 0) continue;
      work.push_back({heights_[reader.tree(at)], static_cast<std::uint16_t>(at),
                      static_cast<std::uint32_t>(chunk)});
    }
  });
  if (!read.ok()) return read;
  work = in_order(work, kTooHigh + std::size_t{1}, [](const Place& place) { return place.height; });
  for (std::size_t first = 0; first < work.size();) {
    std::size_t end = first + 1;
    while (end < work.size() && work[end].height == work[first].height &&
           work[end].chunk == work[first].chunk) {
      ++end;
    }
    const Result<ByteView> bytes = chunks_->view(work[first].chunk, &scratch_);
    if (!bytes.ok()) return bytes.error();
    make_views(ChunkReader(bytes.value()), std::span(work).subspan(first, end - first));
    first = end;
  }
  return ok_status();
}

// Makes the views of the trees at `places`, all of one chunk and height.
void InterestFinder::make_views(ChunkReader reader, std::span<const Place> places) {
  list_events(reader, places);
  members_.clear();
  touched_.clear();
  ViewStore::View view = 0;
  auto event = events_.begin();
  for (const Place& place : places) {
    for (; event != events_.end() && event->at <= place.position; ++event) {
      Member& member = members_[event->key];
      member.count += event->enters ? 1 : std::uint32_t(-1);
      touched_.push_back(event->key);
    }
    view = current_view(view);
    assign_view(reader.tree(place.position), view);
  }
}

// A chunk may hold trees of thousands of heights, so what none of `places` has is passed by
// quickly.
void InterestFinder::list_events(ChunkReader reader, std::span<const Place> places) {
  events_.clear();
  // By position: how many of the places come before it.
  before_.assign(reader.trees() + std::size_t{1}, 0);
  for (const Place& place : places) ++before_[place.position + std::size_t{1}];
  for (std::size_t at = 1; at < before_.size(); ++at) {
    before_[at] = static_cast<std::uint16_t>(before_[at] + before_[at - 1]);
  }
  EdgeRecord record;
  while (reader.next(&record)) {
    if (before_[record.first] == before_[record.last + std::size_t{1}]) continue;
    std::uint32_t target = record.target;
    if (record.kind == EdgeKind::kTree) {
      // A child at this height or above belongs to another tree of the chunk, or to a cycle.
      if (!known(target) || heights_[target] >= places.front().height) continue;
      target = out_.views[target];
      if (target == 0) continue;
    }
    const std::uint32_t name = out_.numbers.find(record.name)->second;
    const ViewKey key = make_key(name, record.kind, target);
    events_.push_back({record.first, true, key});
    events_.push_back({record.last + 1U, false, key});
  }
  events_ = in_order(events_, reader.trees() + std::size_t{1},
                     [](const Event& event) { return event.at; });
}

// `last` with what was touched since brought up to date.
ViewStore::View InterestFinder::current_view(ViewStore::View last) {
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  const bool rebuild = touched_.size() * kRebuildShare > members_.size();
  for (const ViewKey key : touched_) {
    const auto found = members_.find(key);
    const bool wanted = found->second.count != 0;
    if (!rebuild && wanted != found->second.in_view) {
      last = wanted ? out_.store.with(last, key) : out_.store.without(last, key);
    }
    found->second.in_view = wanted;
    if (!wanted) members_.erase(found);
  }
  if (rebuild && !touched_.empty()) {
    keys_.clear();
    for (const auto& member : members_) keys_.push_back(member.first);
    last = out_.store.build(keys_);
  }
  touched_.clear();
  return last;
}

// A tree that was handed over twice, or in parts, has the entries of all of them.
void InterestFinder::assign_view(std::uint32_t tree, ViewStore::View view) {
  ViewStore::View& place = out_.views[tree];
  if (place == 0) {
    place = view;
    return;
  }
  keys_.clear();
  out_.store.for_each_missing(view, place, [&](ViewKey key) { keys_.push_back(key); });
  for (const ViewKey key : keys_) place = out_.store.with(place, key);
}

}  // namespace

std::size_t NameHash::operator()(ByteView name) const {
  return static_cast<std::size_t>(seeded_hash64(name, process_seed()));
}

Result<Interest> find_interest(ChunkStore* chunks, std::uint32_t trees, std::uint32_t holders) {
  Status status = chunks->status();
  if (!status.ok()) return status.error();
  return InterestFinder(chunks, trees, holders).run();
}

}  // namespace dragnet::provenance
