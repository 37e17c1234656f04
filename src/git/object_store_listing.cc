// Listing every object of a repository: of all packs, then loose ones, the first of several copies.
// Loose headers are read by several threads, which share nothing: each has a part of the names.
#include <algorithm>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/id_slots.h"
#include "git/loose_object.h"
#include "git/object_store.h"
#include "git/repository_files.h"
#include "pack/pack_entry.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

bool is_hex(const std::string& text) {
  return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// A loose object's header, or why there is none.
struct FoundLoose {
  ObjectHeader header;
  std::string reason;  // empty where all is well
};

void read_loose_headers(const std::string& folder, FoundLoose* first, FoundLoose* last) {
  LooseReader reader;
  for (; first != last; ++first) {
    const auto header = reader.header(loose_path(folder, first->header.id));
    if (header.ok()) {
      first->header.type = header.value().type;
      first->header.size = header.value().size;
      first->header.read_cost = header.value().size;
    } else {
      first->reason = header.error().message;
    }
  }
}

// The ids that a folder's loose files are named for, sorted.
std::vector<FoundLoose> find_loose(const std::string& folder, std::size_t id_size,
                                   std::vector<Unreadable>* problems) {
  std::vector<FoundLoose> found;
  std::error_code error;
  for (const std::string& prefix : sorted_names(folder, &error)) {
    if (prefix.size() != 2 || !is_hex(prefix)) continue;
    const std::string subfolder = folder + "/" + prefix;
    std::error_code sub_error;
    for (const std::string& name : sorted_names(subfolder, &sub_error)) {
      if (name.size() != 2 * id_size - 2 || !is_hex(name)) continue;
      found.emplace_back().header.id = *ObjectId::from_hex(prefix + name);
    }
    if (sub_error) {
      problems->push_back({one_line(subfolder), "folder cannot be read: " + sub_error.message()});
    }
  }
  if (error) problems->push_back({one_line(folder), "folder cannot be read: " + error.message()});
  return found;
}

// Objects whose delta base lies in another pack or is loose: each gets its type from its base, as
// soon as that has one. Those whose base never comes are unreadable.
void add_thin(std::vector<ThinObject> thin, ObjectListing* listing) {
  std::unordered_multimap<ObjectId, std::size_t, ObjectIdHash> waiting;
  for (std::size_t i = 0; i < thin.size(); ++i) waiting.emplace(thin[i].base, i);
  std::vector<std::uint32_t> depth(thin.size(), 0);  // 0: its base has not come
  std::vector<std::size_t> ready;
  const auto came = [&](const ObjectHeader& base, std::uint32_t base_depth) {
    const auto [first, last] = waiting.equal_range(base.id);
    for (auto at = first; at != last; ++at) {
      ObjectHeader& header = thin[at->second].header;
      if (depth[at->second] != 0 || base_depth >= kMaxDeltaChain) continue;
      depth[at->second] = base_depth + 1;
      header.type = base.type;
      // A loose base is copied once.
      header.read_cost = std::max(header.read_cost, saturating_add(base.read_cost, base.size));
      ready.push_back(at->second);
    }
  };
  const std::size_t known = listing->objects.size();
  for (std::size_t i = 0; i < known; ++i) came(listing->objects[i], 0);
  while (!ready.empty()) {
    const std::size_t next = ready.back();
    ready.pop_back();
    came(thin[next].header, depth[next]);
  }
  for (std::size_t i = 0; i < thin.size(); ++i) {
    if (depth[i] != 0) {
      listing->objects.push_back(thin[i].header);
    } else {
      listing->unreadable.push_back({thin[i].header.id.hex(), "its delta base is missing"});
    }
  }
}

// Keeps the first of several headers with one id.
void drop_duplicates(ObjectListing* listing) {
  std::vector<ObjectHeader>& objects = listing->objects;
  IdSlots seen(objects.size());
  const auto slot_of = [&](const ObjectId& id) {
    return seen.find(id, [&](std::uint32_t index) -> const ObjectId& { return objects[index].id; });
  };
  // Objects move only to the front of where they are, and what was added has moved already, so the
  // table's indices stay right if it is given the new place.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (kept != i) objects[kept] = objects[i];
    std::uint32_t* slot = slot_of(objects[kept].id);
    if (*slot == IdSlots::kFree) *slot = static_cast<std::uint32_t>(kept++);
  }
  objects.resize(kept);
  // A copy that cannot be read does not matter where another can. Where none can, the first one's
  // reason is kept.
  std::unordered_set<ObjectId, ObjectIdHash> named;
  std::erase_if(listing->unreadable, [&](const Unreadable& entry) {
    const auto id = ObjectId::from_hex(entry.what);
    return id && (*slot_of(*id) != IdSlots::kFree || !named.insert(*id).second);
  });
}

}  // namespace

void ObjectStore::list_packs(unsigned threads, ObjectListing* listing,
                             std::vector<ThinObject>* thin) {
  std::size_t total = 0;
  for (const auto& pack : packs_) total += pack->file.index.size();
  listing->objects.reserve(total);
  for (const auto& pack : packs_) {
    std::vector<std::size_t> bad;
    list_pack(pack->file, threads, {&listing->objects, &listing->unreadable, thin, &bad});
    if (pack->listed.load(std::memory_order_acquire)) continue;
    pack->bad = std::move(bad);
    pack->listed.store(true, std::memory_order_release);
  }
}

void ObjectStore::list_loose(unsigned threads, ObjectListing* listing) const {
  for (const std::string& folder : folders_) {
    std::vector<FoundLoose> found = find_loose(folder, id_size_, &listing->unreadable);
    constexpr std::size_t kWorthAThread = 1000;
    const std::size_t parts =
        std::clamp<std::size_t>(found.size() / kWorthAThread, 1, std::max(threads, 1U));
    {
      std::vector<std::jthread> workers;
      for (std::size_t part = 0; part < parts; ++part) {
        FoundLoose* first = found.data() + found.size() * part / parts;
        FoundLoose* last = found.data() + found.size() * (part + 1) / parts;
        if (part + 1 < parts) {
          workers.emplace_back([&folder, first, last] { read_loose_headers(folder, first, last); });
        } else {
          read_loose_headers(folder, first, last);
        }
      }
    }
    for (FoundLoose& loose : found) {
      if (loose.reason.empty()) {
        listing->objects.push_back(loose.header);
      } else {
        listing->unreadable.push_back({loose.header.id.hex(), std::move(loose.reason)});
      }
    }
  }
}

// What could not be opened, or was only in part what it should be.
std::vector<Unreadable> ObjectStore::problems() const {
  std::vector<Unreadable> problems = problems_;
  for (const auto& [path, index] : shared_indexes_) {
    if (!index.trusted()) {
      problems.push_back({one_line(path), "damaged multi-pack-index: wrong checksum"});
    }
  }
  // What such an index has is listed and checked object by object; but who asks for an id may not
  // find it, so that a ref or a commit may seem to lead nowhere.
  for (const auto& pack : packs_) {
    if (pack->file.own_index && !pack->file.index.trusted()) {
      problems.push_back({one_line(pack->file.index_path), "damaged index: wrong checksum"});
    }
  }
  return problems;
}

ObjectListing ObjectStore::list_loose(unsigned threads) const {
  ObjectListing listing;
  listing.unreadable = problems();
  list_loose(threads, &listing);
  return listing;
}

Result<ObjectListing> ObjectStore::list(unsigned threads) {
  const std::lock_guard lock(listing_);
  ObjectListing listing;
  listing.unreadable = problems();
  std::vector<ThinObject> thin;
  list_packs(threads, &listing, &thin);
  list_loose(threads, &listing);
  if (!thin.empty()) add_thin(std::move(thin), &listing);
  if (listing.objects.size() >= 0xffffffffU) {
    return unreadable_error("repository has more than four thousand million objects");
  }
  drop_duplicates(&listing);
  return listing;
}

}  // namespace dragnet
