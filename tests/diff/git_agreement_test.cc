// Both readers and git: the same objects, and the same ones missing or unreadable, in repositories
// made up from a seed: loose objects, several packs that share objects, alternates, old indexes,
// objects that nothing holds; then some deleted, overwritten and flipped.
//
// What git has is what `cat-file --batch-all-objects` lists and `fsck` does not complain about, or
// gives all the same from another copy. Of an entry whose delta is damaged git does not always look
// for another copy: it is asked again in a repository without the damaged pack. fsck follows links
// from refs alone, dragnet those of every object that is there; so what only dragnet misses must be
// named by an object that git shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

using Ids = std::set<std::string>;
using Types = std::map<std::string, std::string>;  // by id

// "a b c" of ids, for messages.
std::string text_of(const Ids& ids) {
  std::string out;
  for (const std::string& id : ids) out += id + " ";
  return out;
}

class GitAgreement : public testing::TestWithParam<std::uint32_t> {
 protected:
  GitAgreement() : random_(GetParam()), sha256_(GetParam() % 3 == 0) {
    const std::vector<std::string> flags = {std::string("--object-format=") +
                                            (sha256_ ? "sha256" : "sha1")};
    repo_ = git_.init("work", flags);
    git_dir_ = repo_ + "/.git";
  }

  std::size_t below(std::size_t n) { return random_() % n; }

  std::string some_text() {
    std::string text;
    for (std::size_t i = 0; i < 20 + below(60); ++i) {
      text += "line " + std::to_string(below(100000)) + "\n";
    }
    return text;
  }

  void commit_some(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::string& text = texts_["d" + std::to_string(below(3)) + "/f" + std::to_string(below(3))];
      if (text.empty()) text = some_text();
      text.insert(below(text.size()), "edit " + std::to_string(below(100000)) + "\n");
      for (const auto& [path, bytes] : texts_) git_.write(repo_, path, bytes);
      git_.commit(repo_, "change");
    }
  }

  void make_history();
  void store_copies();
  void damage_loose(bool blobs_only);
  void damage_pack(bool blobs_only);
  std::vector<std::string> loose_files(bool blobs_only);
  std::string show(const std::vector<std::string>& args) { return git_.try_git(repo_, args).out; }

  Types listed(const std::string& repo);
  bool readable(const std::string& repo, const std::string& id, const std::string& type);
  std::string without_damaged_pack();
  Ids named_by_fsck();
  Ids named_by_objects(const Types& good);
  void expect_agreement(bool blobs_only);

  std::mt19937 random_;
  bool sha256_;
  GitFixture git_;
  std::string repo_, git_dir_;
  std::string damaged_pack_;  // its name without the ending
  std::string git_says_;      // of what it cannot read
  std::map<std::string, std::string> texts_;
};

void GitAgreement::make_history() {
  commit_some(6);
  git_.git(repo_, {"repack", "-dq", "--depth=50"});
  commit_some(6);
  git_.git(repo_, {"tag", "-m", "a tag", "v1"});
  git_.git(repo_, {"branch", "side", "HEAD~3"});
  const std::string blob = git_.object(repo_, "blob", "only a tag holds this\n");
  git_.git(repo_, {"tag", "of-blob", blob});
  if (below(2) == 0) {
    git_.git(repo_, {"-c", "pack.indexVersion=1", "-c", "repack.useDeltaBaseOffset=false", "repack",
                     "-dq"});
  } else {
    git_.git(repo_, {"repack", "-dq"});
  }
  commit_some(4);
  git_.object(repo_, "blob", "nothing holds this " + std::to_string(below(1000)));
  git_.git(repo_, {"commit-tree", "-m", "nor this", "HEAD^{tree}", "-p", "HEAD~2"});
}

// More copies: a pack of some of the objects, objects of another repository, a shared index.
void GitAgreement::store_copies() {
  if (below(2) == 0) {
    git_.git(repo_, {"pack-objects", "-q", "--revs", git_dir_ + "/objects/pack/pack"}, "HEAD~4\n");
  }
  if (below(3) == 0) git_.git(repo_, {"multi-pack-index", "write"});
  if (below(2) == 0) {
    const std::string lender = git_.path("lender");
    git_.git(git_.root(), {"clone", "-q", "--bare", "--no-local", repo_, lender});
    write_bytes(git_dir_ + "/objects/info/alternates", lender + "/objects\n");
    // Some are left only there.
    if (below(2) == 0) git_.git(repo_, {"repack", "-adlq"});
  }
}

std::vector<std::string> GitAgreement::loose_files(bool blobs_only) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(git_dir_ + "/objects")) {
    const std::string path = entry.path().string();
    const std::string folder = entry.path().parent_path().filename().string();
    if (!entry.is_regular_file() || folder.size() != 2) continue;
    const std::string id = folder + entry.path().filename().string();
    if (blobs_only && git_.git(repo_, {"cat-file", "-t", id}) != "blob") continue;
    files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

void GitAgreement::damage_loose(bool blobs_only) {
  const auto files = loose_files(blobs_only);
  if (files.empty()) return;
  for (std::size_t i = 0; i < 1 + below(4); ++i) {
    const std::string& path = files[below(files.size())];
    if (!fs::exists(path)) continue;
    std::string bytes = read_bytes(path);
    switch (below(4)) {
      case 0:
        fs::remove(path);
        continue;
      case 1:
        bytes.resize(below(bytes.size()));
        break;
      case 2:
        if (!bytes.empty()) bytes[below(bytes.size())] ^= 0x55;
        break;
      default: {
        const std::string& other = files[below(files.size())];
        if (fs::exists(other)) bytes = read_bytes(other);
      }
    }
    write_bytes(path, bytes);
  }
}

// Flips a byte in the middle of an object of a pack.
void GitAgreement::damage_pack(bool blobs_only) {
  std::vector<std::string> packs;
  for (const auto& entry : fs::directory_iterator(git_dir_ + "/objects/pack")) {
    if (entry.path().extension() == ".pack") packs.push_back(entry.path().string());
  }
  if (packs.empty()) return;
  std::sort(packs.begin(), packs.end());
  const std::string& pack = packs[below(packs.size())];
  damaged_pack_ = fs::path(pack).stem().string();
  const std::string index = pack.substr(0, pack.size() - 4) + "idx";
  const std::regex row("^([0-9a-f]+) (\\w+) +\\d+ (\\d+) (\\d+).*");
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (const std::string& line : git_.lines(repo_, {"verify-pack", "-v", index})) {
    std::smatch found;
    if (!std::regex_match(line, found, row) || (blobs_only && found[2] != "blob")) continue;
    places.emplace_back(std::stoul(found[4]), std::stoul(found[3]));
  }
  std::string bytes = read_bytes(pack);
  for (std::size_t i = 0; i < 1 + below(2) && !places.empty(); ++i) {
    const auto [offset, size] = places[below(places.size())];
    bytes[offset + size / 2] ^= 0x11;
  }
  write_bytes(pack, bytes);
}

Types GitAgreement::listed(const std::string& repo) {
  Types types;
  const std::regex row("^([0-9a-f]{40,64}) (\\w+) \\d+$");
  const CommandResult result =
      git_.try_git(repo, {"cat-file", "--batch-all-objects", "--batch-check", "--unordered"});
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    const bool right = std::regex_match(line, found, row);
    types[right ? found[1].str() : line.substr(0, line.find(' '))] = right ? found[2].str() : "";
  }
  return types;
}

bool GitAgreement::readable(const std::string& repo, const std::string& id,
                            const std::string& type) {
  if (type.empty()) return false;
  const CommandResult shown = git_.try_git(repo, {"cat-file", type, id});
  if (shown.status != 0) {
    git_says_ += id + ": " + shown.err;
    return false;
  }
  return git_.try_git(repo, {"hash-object", "--literally", "-t", type, "--stdin"}, shown.out).out ==
         id + "\n";
}

std::string GitAgreement::without_damaged_pack() {
  const std::string path = git_.init(
      "sound", {"--bare", std::string("--object-format=") + (sha256_ ? "sha256" : "sha1")});
  fs::copy(git_dir_ + "/objects", path + "/objects",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  for (const std::string& name :
       {damaged_pack_ + ".pack", damaged_pack_ + ".idx", std::string("multi-pack-index")}) {
    fs::remove(path + "/objects/pack/" + name);
  }
  return path;
}

Ids GitAgreement::named_by_fsck() {
  Ids ids;
  const CommandResult result = git_.try_git(repo_, {"fsck", "--full", "--no-dangling"});
  const std::regex id("[0-9a-f]{64}|[0-9a-f]{40}");
  const std::regex misplaced(".*hash-path mismatch, found at: .*/([0-9a-f]{2})/([0-9a-f]+)");
  for (const std::string& text : {result.out, result.err}) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      // Of a broken link its end; of a file under another object's name that name.
      if (line.starts_with("broken link from")) continue;
      std::smatch file;
      if (std::regex_match(line, file, misplaced)) {
        ids.insert(file[1].str() + file[2].str());
        continue;
      }
      line = std::regex_replace(line, std::regex("\\S*/\\S*"), "");
      for (std::sregex_iterator at(line.begin(), line.end(), id), end; at != end; ++at) {
        ids.insert(at->str());
      }
    }
  }
  return ids;
}

Ids GitAgreement::named_by_objects(const Types& good) {
  Ids ids;
  const std::regex in_header("^(tree|parent|object) ([0-9a-f]+)$");
  const std::regex in_tree("^\\d+ (blob|tree) ([0-9a-f]+)\t.*$");
  for (const auto& [id, type] : good) {
    if (type == "blob") continue;
    std::istringstream lines(show({"cat-file", "-p", id}));
    for (std::string line; std::getline(lines, line) && !line.empty();) {
      std::smatch found;
      if (std::regex_match(line, found, type == "tree" ? in_tree : in_header)) {
        ids.insert(found[2]);
      }
    }
  }
  return ids;
}

void GitAgreement::expect_agreement(bool blobs_only) {
  Types good = listed(repo_);
  const std::string sound = damaged_pack_.empty() ? "" : without_damaged_pack();
  Types elsewhere = sound.empty() ? Types() : listed(sound);
  Ids lost;
  for (auto at = good.begin(); at != good.end();) {
    bool right = readable(repo_, at->first, at->second);
    const std::string& type = elsewhere[at->first];
    if (!right && readable(sound, at->first, type)) {
      at->second = type;
      right = true;
    }
    if (!right) lost.insert(at->first);
    at = right ? std::next(at) : good.erase(at);
  }
  // fsck complains of a bad copy even where there is a good one.
  Ids lost_by_fsck;
  for (const std::string& id : named_by_fsck()) {
    if (good.count(id) == 0) lost_by_fsck.insert(id);
  }
  for (const std::string& id : lost) {
    EXPECT_EQ(lost_by_fsck.count(id), 1U) << "fsck has nothing against " << id;
  }
  Ids explained = lost_by_fsck;
  for (const std::string& id : named_by_objects(good)) {
    if (good.count(id) == 0) explained.insert(id);
  }
  for (const char* reader : {"pack", "libgit2"}) {
    if (sha256_ && std::string(reader) == "libgit2") continue;
    SCOPED_TRACE(reader);
    const std::string coverage = git_.path("coverage");
    const CommandResult run = dragnet({"scan", repo_, "--format", "json", "--reader", reader,
                                       "--threads", "2", "--coverage", coverage});
    ASSERT_TRUE(run.status == 0 || run.status == 3) << run.status << run.err;
    Types read;
    Ids missed;
    std::istringstream lines(read_bytes(coverage));
    for (std::string line; std::getline(lines, line);) {
      const Json json = Json::parse(line);
      if (!json.contains("object")) continue;
      if (json["outcome"] == "scanned") {
        read[json["object"]] = json["type"];
      } else {
        missed.insert(json["object"]);
      }
    }
    EXPECT_EQ(read, good);
    EXPECT_EQ(text_of(missed), text_of(blobs_only ? lost_by_fsck : explained))
        << git_says_ << run.out;
    EXPECT_TRUE(
        std::includes(missed.begin(), missed.end(), lost_by_fsck.begin(), lost_by_fsck.end()));
  }
}

TEST_P(GitAgreement, Whole) {
  make_history();
  store_copies();
  expect_agreement(true);
}

TEST_P(GitAgreement, DamagedBlobs) {
  make_history();
  store_copies();
  damage_loose(true);
  damage_pack(true);
  expect_agreement(true);
}

TEST_P(GitAgreement, DamagedAnything) {
  make_history();
  store_copies();
  damage_loose(false);
  if (below(2) == 0) damage_pack(false);
  expect_agreement(false);
}

// What a partial clone was promised is not there: git counts it with --missing=print.
TEST_P(GitAgreement, PartialClone) {
  make_history();
  git_.git(repo_, {"config", "uploadpack.allowFilter", "true"});
  const std::string clone = git_.path("partial");
  git_.git(git_.root(),
           {"clone", "-q", "--no-checkout", "--filter=blob:none", "file://" + repo_, clone});
  repo_ = clone;
  git_.git(repo_, {"remote", "set-url", "origin", "file:///nonexistent"});
  Ids promised;
  for (const std::string& line :
       git_.lines(repo_, {"rev-list", "--all", "--objects", "--missing=print"})) {
    if (line.starts_with("?")) promised.insert(line.substr(1));
  }
  EXPECT_GT(promised.size(), 5U);
  for (const char* reader : {"pack", "libgit2"}) {
    if (sha256_ && std::string(reader) == "libgit2") continue;
    const Audit audit = scan({repo_, "--reader", reader});
    EXPECT_EQ(audit.status, 3);
    Ids missed;
    for (const Json& item : audit.summary()["incomplete"]) missed.insert(item.value("object", ""));
    EXPECT_EQ(text_of(missed), text_of(promised)) << reader;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, GitAgreement, testing::Range(1U, 13U));

}  // namespace
}  // namespace dragnet::test_support
