#include "git/provenance_walk.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/hash.h"

namespace dragnet::provenance {

namespace {

// A table that one walk has made large is not kept, since emptying it costs its size.
constexpr std::size_t kKeptBuckets = 1 << 12;

void add_saturated(std::uint64_t* sum, std::uint64_t value) {
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - *sum;
  *sum += std::min(room, value);
}

}  // namespace

std::size_t Walk::ComparisonHash::operator()(const Comparison& comparison) const {
  std::uint64_t hash = process_seed();
  for (const ViewStore::View view : comparison) {
    hash = (hash ^ view) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return static_cast<std::size_t>(hash);
}

void Walk::run(ViewStore::View view, std::span<const ViewStore::View> others,
               WalkVisitor* visitor) {
  Comparison comparison{view};
  for (const ViewStore::View other : others) {
    if (other != 0) comparison.push_back(other);
  }
  std::sort(comparison.begin() + 1, comparison.end());
  comparison.erase(std::unique(comparison.begin() + 1, comparison.end()), comparison.end());
  if (view == 0 || std::find(comparison.begin() + 1, comparison.end(), view) != comparison.end()) {
    return;
  }
  open(std::move(comparison), 0, visitor);
  while (!stack_.empty()) {
    Frame& frame = stack_.back();
    if (frame.next < frame.children.size()) {
      open_child(visitor);
      continue;
    }
    const std::uint64_t count = frame.count;
    counts_[std::move(frame.comparison)] = count;
    stack_.pop_back();
    if (!stack_.empty()) add_saturated(&stack_.back().count, count);
  }
  if (counts_.bucket_count() > kKeptBuckets) {
    decltype(counts_)().swap(counts_);
  } else {
    counts_.clear();
  }
}

// Enters the next child of the top frame, or adds what is known of it.
void Walk::open_child(WalkVisitor* visitor) {
  Frame& frame = stack_.back();
  Child child = std::move(frame.children[frame.next++]);
  const bool exhausted = visitor->exhausted();
  const auto known = counts_.find(child.comparison);
  if (known != counts_.end() && (known->second == 0 || exhausted)) {
    if (known->second != 0) visitor->skipped(known->second);
    add_saturated(&frame.count, known->second);
    return;
  }
  std::uint32_t folder = kNone;
  if (!exhausted) {
    folder = visitor->enter(frame.folder, child.name);
    if (folder == WalkVisitor::kSkip) {
      add_saturated(&frame.count, 1);
      return;
    }
  }
  open(std::move(child.comparison), folder, visitor);
}

// Shows the folder's own sightings and lists the subfolders to enter.
void Walk::open(Comparison comparison, std::uint32_t folder, WalkVisitor* visitor) {
  Frame frame;
  frame.comparison = std::move(comparison);
  frame.folder = folder;
  const std::span<const ViewStore::View> others = std::span(frame.comparison).subspan(1);
  const ViewStore::View first_other = others.empty() ? 0 : others.front();
  store_->for_each_missing(frame.comparison.front(), first_other, [&](ViewKey key) {
    for (std::size_t i = 1; i < others.size(); ++i) {
      if (store_->contains(others[i], key)) return;
    }
    show_entry(&frame, key, visitor);
  });
  stack_.push_back(std::move(frame));
}

void Walk::show_entry(Frame* frame, ViewKey key, WalkVisitor* visitor) {
  const std::uint32_t name = key_name(key);
  const std::uint32_t target = key_target(key);
  const std::span<const ViewStore::View> others = std::span(frame->comparison).subspan(1);
  if (key_kind(key) == EdgeKind::kName) {
    if (!present(others, name, target)) show(frame, {frame->folder, name, target, kNone}, visitor);
  } else if (key_kind(key) == EdgeKind::kBlob) {
    for (const std::uint32_t secret : holders_->secrets(target)) {
      if (present(others, name, secret)) continue;
      show(frame, {frame->folder, name, secret, target}, visitor);
    }
  } else {
    Comparison comparison{target};
    for (const ViewStore::View other : others) {
      store_->for_each(other, make_key(name, EdgeKind::kTree, 0),
                       make_key(name, EdgeKind::kName, 0),
                       [&](ViewKey found) { comparison.push_back(key_target(found)); });
    }
    std::sort(comparison.begin() + 1, comparison.end());
    comparison.erase(std::unique(comparison.begin() + 1, comparison.end()), comparison.end());
    frame->children.push_back({name, std::move(comparison)});
  }
}

void Walk::show(Frame* frame, const Sighting& sighting, WalkVisitor* visitor) {
  if (!visitor->wants(sighting.holder, sighting.secret)) return;
  if (visitor->exhausted()) {
    visitor->skipped(1);
  } else {
    visitor->visit(sighting);
  }
  add_saturated(&frame->count, 1);
}

bool Walk::present(std::span<const ViewStore::View> views, std::uint32_t name,
                   std::uint32_t secret) const {
  bool found = false;
  for (const ViewStore::View view : views) {
    store_->for_each(view, make_key(name, EdgeKind::kBlob, 0), name_end(name), [&](ViewKey key) {
      if (key_kind(key) == EdgeKind::kName) {
        found = found || key_target(key) == secret;
      } else if (key_kind(key) == EdgeKind::kBlob) {
        const std::span<const std::uint32_t> held = holders_->secrets(key_target(key));
        found = found || std::binary_search(held.begin(), held.end(), secret);
      }
    });
    if (found) return true;
  }
  return false;
}

}  // namespace dragnet::provenance
