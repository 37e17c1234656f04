#include "git/object_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "git/repository_files.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

// Git follows alternates of alternates this deep.
constexpr int kMaxAlternateDepth = 5;
constexpr std::uintmax_t kMaxAlternatesBytes = 1 << 20;

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

}  // namespace dragnet
