// Paths as small numbers: a folder's number and a name's number make the path's number.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "git/provenance_ids.h"

namespace dragnet::provenance {

// Path 0 is the top folder. A path's number is above its folder's. Not thread safe.
class PathTable {
 public:
  // `names` by number; must outlive the table.
  explicit PathTable(const std::vector<ByteView>* names) : names_(names) {}

  std::uint32_t intern(std::uint32_t folder, std::uint32_t name) {
    const auto [place, added] = numbers_.try_emplace(key(folder, name), size());
    if (added) nodes_.push_back({folder, name, length_of(folder, name)});
    return place->second;
  }
  // kNone where it was never interned.
  std::uint32_t find(std::uint32_t folder, std::uint32_t name) const {
    const auto place = numbers_.find(key(folder, name));
    return place == numbers_.end() ? kNone : place->second;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::uint32_t folder(std::uint32_t path) const { return nodes_[path].folder; }
  std::uint32_t name(std::uint32_t path) const { return nodes_[path].name; }
  // Bytes of the path as text, or would it be interned.
  std::uint32_t length(std::uint32_t path) const { return nodes_[path].length; }
  std::uint32_t length_of(std::uint32_t folder, std::uint32_t name) const {
    const std::uint64_t slash = folder == 0 ? 0 : 1;
    const std::uint64_t length = nodes_[folder].length + slash + (*names_)[name].size();
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(length < kMax ? length : kMax);
  }
  // Names of the folders on the way to the path, outermost first.
  std::vector<std::uint32_t> folder_names(std::uint32_t path) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t at = folder(path); at != 0; at = folder(at)) out.push_back(name(at));
    return {out.rbegin(), out.rend()};
  }
  std::string text(std::uint32_t path) const {
    std::string out(length(path), '/');
    std::size_t end = out.size();
    for (std::uint32_t at = path; at != 0; at = folder(at)) {
      const ByteView part = (*names_)[name(at)];
      end -= part.size();
      out.replace(end, part.size(), part);
      if (end > 0) --end;
    }
    return out;
  }

 private:
  struct Node {
    std::uint32_t folder;
    std::uint32_t name;
    std::uint32_t length;
  };
  static std::uint64_t key(std::uint32_t folder, std::uint32_t name) {
    return static_cast<std::uint64_t>(folder) << 32 | name;
  }

  const std::vector<ByteView>* names_;
  std::vector<Node> nodes_{{0, 0, 0}};
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
};

}  // namespace dragnet::provenance
