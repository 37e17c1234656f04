#include "git/commit_graph.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/git_hash.h"
#include "git/repository_files.h"
#include "pack/big_endian.h"

namespace dragnet {

namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kTocEntry = 12;
constexpr std::size_t kFanout = 256;
constexpr std::uint32_t kNoParent = 0x70000000;
constexpr std::uint32_t kMoreParents = 0x80000000;  // and of the last of a list
constexpr std::uint32_t kPositionMask = 0x7FFFFFFF;
constexpr std::uintmax_t kMaxChainFile = 1 << 20;

// Whether the file ends in the hash of what comes before. Where SHA-1 is not to be had it cannot be
// told, and the file is not used.
bool hash_is_right(ByteView bytes, std::size_t id_size) {
  const ByteView content = bytes.substr(0, bytes.size() - id_size);
  const ByteView hash = bytes.substr(content.size());
  const auto made = GitHasher(id_size).hash(content);
  return made && std::memcmp(made->bytes.data(), hash.data(), id_size) == 0;
}

}  // namespace

CommitGraphFile CommitGraphFile::open(std::span<const std::string> object_folders,
                                      std::size_t id_size) {
  CommitGraphFile graph;
  graph.id_size_ = id_size;
  for (const std::string& folder : object_folders) {
    if (graph.add_layer(folder + "/info/commit-graph", {}, "")) break;
    std::string reason;
    const auto chain = read_regular_file(folder + "/info/commit-graphs/commit-graph-chain",
                                         kMaxChainFile, &reason);
    if (chain) graph.add_chain(object_folders, *chain);
    if (graph.size_ != 0) break;
  }
  return graph;
}

// Files from the bottom up, each in any of the folders. From one that cannot be used on none is.
void CommitGraphFile::add_chain(std::span<const std::string> object_folders,
                                const std::string& chain) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < chain.size();) {
    const std::size_t end = std::min(chain.find('\n', at), chain.size());
    std::string name = chain.substr(at, end - at);
    at = end + 1;
    const auto id = ObjectId::from_hex(name);
    if (!id || id->size != id_size_) return;
    const bool added =
        std::any_of(object_folders.begin(), object_folders.end(), [&](const std::string& folder) {
          return add_layer(folder + "/info/commit-graphs/graph-" + name + ".graph", names, name);
        });
    if (!added) return;
    names.push_back(std::move(name));
  }
}

// `below` are the names of the files below, and `name` is this one's, empty for a file that is no
// part of a chain.
bool CommitGraphFile::add_layer(const std::string& path, std::span<const std::string> below,
                                const std::string& name) {
  auto file = MappedFile::open(path);
  if (!file.ok()) return false;
  Layer layer;
  layer.file = std::move(file).value();
  layer.first = size_;
  const ByteView bytes = layer.file.bytes();
  ByteView bases;
  if (!read_chunks(bytes, &layer, &bases)) return false;
  if (static_cast<unsigned char>(bytes[7]) != below.size()) return false;
  if (bases.size() < below.size() * id_size_) return false;
  for (std::size_t i = 0; i < below.size(); ++i) {
    if (ObjectId::from_raw(bases.data() + i * id_size_, id_size_).hex() != below[i]) return false;
  }
  const char* const hash = bytes.data() + bytes.size() - id_size_;
  if (!name.empty() && ObjectId::from_raw(hash, id_size_) != ObjectId::from_hex(name)) return false;
  if (!check_ids(layer) || !check_parents(layer) || !hash_is_right(bytes, id_size_)) return false;
  size_ += layer.count;
  layers_.push_back(std::move(layer));
  return true;
}

// Finds the chunks and checks that what must be in them fits.
bool CommitGraphFile::read_chunks(ByteView bytes, Layer* layer, ByteView* bases) const {
  if (bytes.size() < kHeader + kTocEntry + id_size_ || !bytes.starts_with("CGPH")) return false;
  if (bytes[4] != 1 || bytes[5] != (id_size_ == 20 ? 1 : 2)) return false;
  const std::size_t chunks = static_cast<unsigned char>(bytes[6]);
  const std::size_t first = kHeader + (chunks + 1) * kTocEntry;
  const std::size_t content_end = bytes.size() - id_size_;
  if (first > content_end) return false;
  ByteView fanout;
  ByteView ids;
  ByteView data;
  ByteView edges;
  const std::pair<ByteView, ByteView*> known[] = {
      {"OIDF", &fanout}, {"OIDL", &ids}, {"CDAT", &data}, {"EDGE", &edges}, {"BASE", bases}};
  for (std::size_t i = 0; i < chunks; ++i) {
    const ByteView entry = bytes.substr(kHeader + i * kTocEntry);
    const std::uint64_t start = load_big64(entry.data() + 4);
    const std::uint64_t end = load_big64(entry.data() + kTocEntry + 4);
    if (start < first || start > end || end > content_end) return false;
    for (const auto& [key, chunk] : known) {
      if (!entry.starts_with(key)) continue;
      if (chunk->data() != nullptr) return false;
      *chunk = bytes.substr(start, end - start);
    }
  }
  if (fanout.size() != kFanout * 4) return false;
  layer->count = load_big32(fanout.data() + (kFanout - 1) * 4);
  // Positions have 31 bits, and one of them means that there is no parent.
  if (layer->count > kNoParent || layer->first + layer->count > kNoParent) return false;
  if (ids.size() != layer->count * id_size_) return false;
  if (data.size() != layer->count * (id_size_ + 16)) return false;
  layer->fanout = fanout.data();
  layer->ids = ids.data();
  layer->data = data.data();
  layer->edges = edges.data();
  layer->edge_count = edges.size() / 4;
  return true;
}

// Ids ascend, and the fan-out counts them.
bool CommitGraphFile::check_ids(const Layer& layer) const {
  std::uint32_t at = 0;
  for (std::size_t byte = 0; byte < kFanout; ++byte) {
    const std::uint32_t end = load_big32(layer.fanout + byte * 4);
    if (end < at || end > layer.count) return false;
    for (; at < end; ++at) {
      const char* const id = layer.ids + at * id_size_;
      if (static_cast<unsigned char>(*id) != byte) return false;
      if (at > 0 && std::memcmp(id - id_size_, id, id_size_) >= 0) return false;
    }
  }
  return true;
}

// Every parent is a commit of this file or one below. A list of further parents ends and belongs to
// one commit, so that reading all lists takes no longer than the file is.
bool CommitGraphFile::check_parents(const Layer& layer) const {
  const std::uint32_t limit = layer.first + layer.count;
  std::vector<bool> listed(layer.edge_count);
  const auto check_list = [&](std::uint64_t at) {
    for (; at < layer.edge_count && !listed[at]; ++at) {
      listed[at] = true;
      const std::uint32_t parent = load_big32(layer.edges + at * 4);
      if ((parent & kPositionMask) >= limit) return false;
      if ((parent & kMoreParents) != 0) return true;
    }
    return false;
  };
  for (std::uint32_t commit = layer.first; commit < limit; ++commit) {
    const char* const parents = record(layer, commit) + id_size_;
    const std::uint32_t first = load_big32(parents);
    const std::uint32_t second = load_big32(parents + 4);
    if (first == kNoParent && second == kNoParent) continue;
    if (first >= limit) return false;
    if (second == kNoParent) continue;
    const bool more = (second & kMoreParents) != 0;
    if (more ? !check_list(second & kPositionMask) : second >= limit) return false;
  }
  return true;
}

const CommitGraphFile::Layer& CommitGraphFile::layer_of(std::uint32_t commit) const {
  return *(std::upper_bound(
               layers_.begin(), layers_.end(), commit,
               [](std::uint32_t number, const Layer& layer) { return number < layer.first; }) -
           1);
}

std::uint32_t CommitGraphFile::find(const ObjectId& id) const {
  if (id.size != id_size_) return kNone;
  for (const Layer& layer : layers_) {
    const std::size_t byte = id.bytes[0];
    std::uint32_t low = byte == 0 ? 0 : load_big32(layer.fanout + (byte - 1) * 4);
    std::uint32_t high = load_big32(layer.fanout + byte * 4);
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const int order = std::memcmp(layer.ids + middle * id_size_, id.bytes.data(), id_size_);
      if (order == 0) return layer.first + middle;
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
  }
  return kNone;
}

ObjectId CommitGraphFile::id(std::uint32_t commit) const {
  const Layer& layer = layer_of(commit);
  return ObjectId::from_raw(layer.ids + (commit - layer.first) * id_size_, id_size_);
}

ObjectId CommitGraphFile::tree(std::uint32_t commit) const {
  return ObjectId::from_raw(record(layer_of(commit), commit), id_size_);
}

std::int64_t CommitGraphFile::date(std::uint32_t commit) const {
  const char* const at = record(layer_of(commit), commit) + id_size_ + 8;
  return static_cast<std::int64_t>(load_big64(at) & 0x3FFFFFFFF);
}

void CommitGraphFile::add_parents(std::uint32_t commit, std::vector<std::uint32_t>* parents) const {
  const Layer& layer = layer_of(commit);
  const char* const at = record(layer, commit) + id_size_;
  const std::uint32_t first = load_big32(at);
  const std::uint32_t second = load_big32(at + 4);
  if (first == kNoParent) return;
  parents->push_back(first);
  if (second == kNoParent) return;
  if ((second & kMoreParents) == 0) {
    parents->push_back(second);
    return;
  }
  for (std::uint64_t i = second & kPositionMask;; ++i) {
    const std::uint32_t parent = load_big32(layer.edges + i * 4);
    parents->push_back(parent & kPositionMask);
    if ((parent & kMoreParents) != 0) return;
  }
}

}  // namespace dragnet
