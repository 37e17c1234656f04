#include "git/object_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/id_slots.h"
#include "git/loose_object.h"
#include "git/repository_files.h"
#include "pack/pack_entry.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

// Git follows alternates of alternates this deep.
constexpr int kMaxAlternateDepth = 5;
constexpr std::uintmax_t kMaxAlternatesBytes = 1 << 20;

bool is_hex(const std::string& text) {
  return text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// A line of info/alternates may be a C string in double quotes.
std::string unquote(const std::string& line) {
  if (line.size() < 2 || line.front() != '"' || line.back() != '"') return line;
  std::string text;
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    char c = line[i];
    if (c == '\\' && i + 2 < line.size()) {
      c = line[++i];
      if (c >= '0' && c <= '3' && i + 3 < line.size()) {
        c = static_cast<char>((c - '0') * 64 + (line[i + 1] - '0') * 8 + (line[i + 2] - '0'));
        i += 2;
      } else if (c == 'n') {
        c = '\n';
      } else if (c == 't') {
        c = '\t';
      }
    }
    text += c;
  }
  return text;
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

std::string loose_path(const std::string& folder, const ObjectId& id) {
  const std::string hex = id.hex();
  return folder + "/" + hex.substr(0, 2) + "/" + hex.substr(2);
}

std::shared_ptr<ObjectStore> ObjectStore::open(const std::string& objects_folder,
                                               std::size_t id_size) {
  auto store = std::make_shared<ObjectStore>();
  store->id_size_ = id_size;
  store->add_folder(objects_folder, 0);
  return store;
}

void ObjectStore::add_folder(const std::string& folder, int depth) {
  std::error_code error;
  const std::string canonical = fs::canonical(folder, error).string();
  if (error || !fs::is_directory(canonical, error)) {
    problems_.push_back({one_line(folder), "object folder cannot be read"});
    return;
  }
  if (std::find(canonical_folders_.begin(), canonical_folders_.end(), canonical) !=
      canonical_folders_.end()) {
    return;
  }
  canonical_folders_.push_back(canonical);
  folders_.push_back(canonical);
  add_packs(canonical);

  const std::string list = canonical + "/info/alternates";
  if (!fs::exists(list, error)) return;
  std::ifstream file(list, std::ios::binary);
  if (!fs::is_regular_file(list, error) || fs::file_size(list, error) > kMaxAlternatesBytes ||
      !file) {
    problems_.push_back({one_line(list), "list of alternates cannot be read"});
    return;
  }
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (depth == kMaxAlternateDepth) {
      problems_.push_back({one_line(list), "alternates of alternates are nested too deep"});
      return;
    }
    const fs::path named = unquote(line);
    add_folder((named.is_absolute() ? named : fs::path(canonical) / named).string(), depth + 1);
  }
}

void ObjectStore::add_packs(const std::string& folder) {
  const std::string pack_folder = folder + "/pack";
  std::error_code error;
  if (!fs::exists(pack_folder, error) && !error) return;
  const std::vector<std::string> names = sorted_names(pack_folder, &error);
  if (error) {
    problems_.push_back({one_line(pack_folder), "folder cannot be read: " + error.message()});
    return;
  }
  const std::optional<MultiPackIndex> shared = open_shared_index(pack_folder);
  for (const std::string& name : names) {
    if (name.ends_with(".idx")) {
      add_pack(pack_folder + "/" + name, shared ? &*shared : nullptr);
    } else if (name.ends_with(".pack")) {
      const std::string index = name.substr(0, name.size() - 5) + ".idx";
      if (!std::binary_search(names.begin(), names.end(), index)) {
        add_pack(pack_folder + "/" + index, shared ? &*shared : nullptr);
      }
    }
  }
}

// A damaged one costs nothing as long as the packs have indexes of their own.
std::optional<MultiPackIndex> ObjectStore::open_shared_index(const std::string& pack_folder) {
  std::error_code error;
  const std::string chain = pack_folder + "/multi-pack-index.d/multi-pack-index-chain";
  if (fs::exists(chain, error)) {
    problems_.push_back({one_line(chain), "chains of multi-pack-indexes are not supported"});
  }
  const std::string path = pack_folder + "/multi-pack-index";
  if (!fs::exists(path, error) && !error) return std::nullopt;
  auto index = MultiPackIndex::load(path, id_size_);
  if (!index.ok()) {
    problems_.push_back({one_line(path), index.error().text()});
    return std::nullopt;
  }
  shared_indexes_.emplace_back(path, index.value());
  return std::move(index).value();
}

void ObjectStore::add_pack(const std::string& index_path, const MultiPackIndex* shared) {
  const auto keep = [&](PackFile file) {
    packs_.push_back(std::make_unique<StoredPack>());
    packs_.back()->file = std::move(file);
  };
  std::error_code error;
  const bool has_index = fs::exists(index_path, error) || error;
  auto pack = has_index ? open_pack(index_path, id_size_) : unreadable_error("");
  if (pack.ok()) return keep(std::move(pack).value());
  std::string reason = pack.error().text();

  const std::string name = fs::path(index_path).filename().string();
  const std::string pack_path = index_path.substr(0, index_path.size() - 3) + "pack";
  const auto& names = shared != nullptr ? shared->packs() : std::vector<ByteView>();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end() && fs::exists(pack_path, error)) {
    std::size_t damaged = 0;
    auto index = shared->index_of(static_cast<std::size_t>(at - names.begin()), &damaged);
    auto opened = open_pack(index_path, std::move(index));
    if (opened.ok()) {
      // Without an index of its own git reads it so too, and nothing is amiss.
      if (has_index) reason += "; it is read through the multi-pack-index";
      if (damaged > 0) reason = "the multi-pack-index has damaged entries, and is its only index";
      if (has_index || damaged > 0) problems_.push_back({one_line(index_path), reason});
      return keep(std::move(opened).value());
    }
  }
  if (has_index) {
    problems_.push_back({one_line(index_path), reason + "; none of its objects is read"});
  } else {
    problems_.push_back({one_line(pack_path), "pack without an index; `git index-pack` makes one"});
  }
}

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

namespace {

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

}  // namespace

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
