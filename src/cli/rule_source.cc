#include "cli/rule_source.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/hex.h"
#include "io/process.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxRuleFile = 64 << 20;
constexpr std::uint64_t kMaxPack = 1 << 30;
// Packs of other rule sets and earlier builds are kept up to this number, the latest ones.
constexpr std::size_t kMaxPacks = 16;
constexpr std::uint32_t kOthersMayWrite = 022;

std::string hex_digest(ByteView bytes) {
  const Sha256 digest = sha256(bytes);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<std::vector<RuleFile>> rule_files(const RuleOptions& options, const FileSystem& disk) {
  std::vector<RuleFile> files;
  for (const std::string& path : options.files) {
    auto file = read_rule_file(disk, path);
    if (!file) return std::move(file).error();
    files.push_back(std::move(file).value());
  }
  if (files.empty()) {
    const auto compiled_in = default_rule_files();
    files.assign(compiled_in.begin(), compiled_in.end());
  }
  return files;
}

// A file that the rules drew in by `[extend]`, with the digest of what it held.
struct Dependency {
  std::string path;
  std::string digest;
};

Result<RuleSet> parse_rules(const std::vector<RuleFile>& files, const RuleOptions& options,
                            const FileSystem& disk, std::vector<Dependency>* dependencies) {
  LoadOptions load;
  load.read_file = [&](const std::string& path) -> Result<RuleFile> {
    auto file = read_rule_file(disk, path);
    if (file) dependencies->push_back({path, hex_digest(file->content)});
    return file;
  };
  auto rules = load_rules(files, load);
  if (!rules) return rules;
  return select_rules(std::move(rules).value(), options.only, options.except);
}

// Everything that a pack depends on, but for the files drawn in. The program itself is among it:
// its size and time of making stand for its code.
std::string cache_key(const std::vector<RuleFile>& files, const RuleOptions& options,
                      const FileSystem& disk) {
  ByteString text = HyperscanDatabase::platform();
  if (const auto program = disk.target_info("/proc/self/exe")) {
    text += " " + std::to_string(program->size) + " " + std::to_string(program->modified);
  }
  const auto add = [&](const std::string& part) {
    text += "\n" + std::to_string(part.size()) + ":" + part;
  };
  for (const RuleFile& file : files) {
    add(file.name);
    add(file.content);
  }
  for (const auto* names : {&options.only, &options.except}) {
    add(std::to_string(names->size()));
    for (const std::string& name : *names) add(name);
  }
  return hex_digest(text);
}

// A cached file: one line a dependency (digest, space, path), an empty line, the pack's bytes.
ByteString cache_bytes(const std::vector<Dependency>& dependencies, ByteView pack) {
  ByteString out;
  for (const Dependency& dependency : dependencies) {
    out += dependency.digest + " " + dependency.path + "\n";
  }
  out += "\n";
  out += pack;
  return out;
}

std::shared_ptr<const RulePack> from_cache(const FileSystem& disk, const std::string& path) {
  const auto info = disk.info(path);
  const bool trusted = info && info->kind == FileKind::kRegular &&
                       (info->owner == user_id() || info->owner == 0) &&
                       (info->mode & kOthersMayWrite) == 0;
  if (!trusted) return nullptr;
  const auto bytes = disk.read(path, kMaxPack);
  if (!bytes) return nullptr;
  ByteView rest = bytes.value();
  while (true) {
    const auto newline = rest.find('\n');
    if (newline == ByteView::npos) return nullptr;
    const ByteView line = rest.substr(0, newline);
    rest.remove_prefix(newline + 1);
    if (line.empty()) break;
    const auto space = line.find(' ');
    if (space == ByteView::npos) return nullptr;
    const auto file = disk.read(std::string(line.substr(space + 1)), kMaxRuleFile);
    if (!file || hex_digest(file.value()) != line.substr(0, space)) return nullptr;
  }
  auto pack = RulePack::from_bytes(rest);
  return pack ? std::move(pack).value() : nullptr;
}

void drop_old_packs(const FileSystem& disk, const std::string& folder) {
  const auto names = disk.list(folder);
  if (!names) return;
  std::vector<std::pair<std::int64_t, std::string>> packs;
  for (const std::string& name : names.value()) {
    const std::string path = join_path(folder, name);
    const auto info = disk.info(path);
    if (info && name.ends_with(".pack")) packs.emplace_back(info->modified, path);
  }
  if (packs.size() <= kMaxPacks) return;
  std::sort(packs.begin(), packs.end());
  for (std::size_t i = 0; i + kMaxPacks < packs.size(); ++i) (void)disk.remove(packs[i].second);
}

}  // namespace

Result<RuleFile> read_rule_file(const FileSystem& disk, const std::string& path) {
  auto bytes = disk.read(path, kMaxRuleFile);
  if (!bytes) return usage_error("rule file: " + bytes.error().message, bytes.error().hint);
  return RuleFile{path, std::move(bytes).value()};
}

std::vector<Error> rule_source_errors(const RuleOptions& options, const FileSystem& disk) {
  auto files = rule_files(options, disk);
  if (!files) return {files.error()};
  LoadOptions load;
  load.read_file = [&](const std::string& path) { return read_rule_file(disk, path); };
  return rule_errors(files.value(), load);
}

std::string cache_folder() {
  if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder != nullptr && *folder == '/') {
    return join_path(folder, "dragnet");
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return join_path(home, ".cache/dragnet");
  }
  return "";
}

Result<RuleSet> read_rules(const RuleOptions& options, const FileSystem& disk) {
  auto files = rule_files(options, disk);
  if (!files) return std::move(files).error();
  std::vector<Dependency> dependencies;
  return parse_rules(files.value(), options, disk, &dependencies);
}

Result<LoadedRules> load_rule_pack(const RuleOptions& options, const FileSystem& disk,
                                   const std::string& folder) {
  auto files = rule_files(options, disk);
  if (!files) return std::move(files).error();
  std::string path;
  if (!folder.empty()) {
    path = join_path(folder, cache_key(files.value(), options, disk) + ".pack");
    if (auto pack = from_cache(disk, path)) return LoadedRules{std::move(pack), true};
  }
  std::vector<Dependency> dependencies;
  auto rules = parse_rules(files.value(), options, disk, &dependencies);
  if (!rules) return std::move(rules).error();
  auto pack = RulePack::compile(std::move(rules).value());
  if (!pack) return std::move(pack).error();
  if (!path.empty()) {
    const auto bytes = (*pack)->to_bytes();
    if (bytes && disk.write_atomic(path, cache_bytes(dependencies, bytes.value()), 0600)) {
      drop_old_packs(disk, folder);
    }
  }
  return LoadedRules{std::move(pack).value(), false};
}

}  // namespace dragnet
