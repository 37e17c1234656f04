// Listing and reading objects against a real git, and on stores that are damaged in every way a
// disk or an adversary can think of: nothing may crash or hang, and what is whole must be found.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/git_hash.h"
#include "base/hex.h"
#include "git/repository.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::read_bytes;
using test_support::write_bytes;

std::unique_ptr<Repository> open(const std::string& path) {
  auto repository = Repository::open(path, false);
  EXPECT_TRUE(repository.ok()) << (repository.ok() ? "" : repository.error().text());
  return repository.ok() ? std::move(repository.value()) : nullptr;
}

// "id type size", sorted.
std::vector<std::string> rows(const ObjectListing& listing) {
  std::vector<std::string> result;
  for (const ObjectHeader& object : listing.objects) {
    EXPECT_GE(object.read_cost, object.size);
    result.push_back(object.id.hex() + " " + std::string(to_string(object.type)) + " " +
                     std::to_string(object.size));
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> files_with(const std::string& folder, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class ObjectsTest : public ::testing::Test {
 protected:
  ObjectsTest() { repo_ = git_.init("work"); }

  // Versions of a few files, large enough to be stored as deltas.
  void make_history(int commits, unsigned seed) {
    std::mt19937 random(seed);
    std::string text;
    for (int i = 0; i < 400; ++i) text += "line " + std::to_string(random()) + "\n";
    for (int i = 0; i < commits; ++i) {
      for (int edit = 0; edit < 3; ++edit) {
        text.replace(random() % text.size(), 8, std::to_string(random()));
      }
      git_.write(repo_, "f" + std::to_string(i % 3) + ".txt", text);
      git_.write(repo_, "d/e/g" + std::to_string(i % 2), text.substr(0, 500));
      git_.commit(repo_, "change " + std::to_string(i));
    }
    git_.object(repo_, "blob", "dangling\n");
    git_.git(repo_, {"tag", "-m", "of a blob", "t", "HEAD:f0.txt"});
  }

  std::vector<std::string> expected() {
    auto lines = git_.lines(repo_, {"cat-file", "--batch-all-objects", "--batch-check"});
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  void expect_same_as_git() {
    const auto repository = open(repo_);
    const auto listing = repository->list_objects();
    ASSERT_TRUE(listing.ok());
    EXPECT_TRUE(listing.value().unreadable.empty());
    EXPECT_EQ(rows(listing.value()), expected());
  }

  // Reads all that is listed: sizes and ids must hold. Returns how many failed.
  std::size_t read_all(const Repository& repository, const ObjectListing& listing) {
    auto session = repository.open_session();
    EXPECT_TRUE(session.ok());
    std::size_t failed = 0;
    GitHasher hasher(kSha1Size);
    for (const ObjectHeader& object : listing.objects) {
      const auto view = session.value()->read(object.id);
      if (!view.ok()) {
        EXPECT_EQ(view.error().kind, ErrorKind::kUnreadable);
        ++failed;
        continue;
      }
      EXPECT_EQ(hasher.object(view.value().type, view.value().bytes), object.id);
    }
    return failed;
  }

  GitFixture git_;
  std::string repo_;
};

TEST_F(ObjectsTest, ListsLooseAndPackedLikeGit) {
  make_history(20, 1);
  expect_same_as_git();
  git_.git(repo_, {"repack", "-q", "-d", "-f", "--depth=50"});
  expect_same_as_git();
  git_.commit_file(repo_, "new", "after the pack\n");
  expect_same_as_git();
  git_.git(repo_, {"repack", "-q"});        // a second pack
  git_.git(repo_, {"repack", "-q", "-a"});  // a third, which has all of it again
  git_.git(repo_, {"multi-pack-index", "write"});
  ASSERT_GE(files_with(repo_, ".pack").size(), 2u);
  expect_same_as_git();
}

TEST_F(ObjectsTest, ReadsOldIndexesAndDeltasByName) {
  make_history(20, 2);
  git_.git(repo_, {"-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack",
                   "-q", "-a", "-d", "-f"});
  expect_same_as_git();
  const auto repository = open(repo_);
  EXPECT_EQ(read_all(*repository, repository->list_objects().value()), 0u);
}

TEST_F(ObjectsTest, LargeOffsets) {
  make_history(10, 3);
  // Offsets above 64 bytes go through the table that packs above 2 GiB need.
  const std::string packs = repo_ + "/.git/objects/pack";
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  const std::string pack = files_with(packs, ".pack").at(0);
  fs::remove(pack.substr(0, pack.size() - 4) + "idx");
  git_.git(repo_, {"index-pack", "--index-version=2,64", pack});
  expect_same_as_git();
}

TEST_F(ObjectsTest, ReadsWhatGitReads) {
  make_history(15, 4);
  git_.git(repo_, {"repack", "-q", "-a", "-d", "-f"});
  git_.commit_file(repo_, "bytes", std::string("\0\xff\x80 loose\n", 10));
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  for (const bool verify : {true, false}) {
    auto session = repository->open_session(verify);
    for (const ObjectHeader& object : listing.value().objects) {
      const std::string type(to_string(object.type));
      const auto view = session.value()->read(object.id);
      ASSERT_TRUE(view.ok());
      EXPECT_EQ(view.value().type, object.type);
      EXPECT_EQ(view.value().bytes, git_.try_git(repo_, {"cat-file", type, object.id.hex()}).out);
      const auto header = session.value()->header(object.id);
      ASSERT_TRUE(header.ok());
      EXPECT_EQ(header.value().type, object.type);
      EXPECT_EQ(header.value().size, object.size);
      EXPECT_EQ(header.value().read_cost, object.read_cost);
    }
  }
}

TEST_F(ObjectsTest, SessionsWithoutAListingRunInParallel) {
  make_history(30, 5);
  git_.git(repo_, {"repack", "-q", "-a", "-d", "-f"});
  const auto lister = open(repo_);
  const auto listing = lister->list_objects();
  const auto repository = open(repo_);
  std::vector<std::size_t> failed(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t& count : failed) {
      threads.emplace_back([&] { count = read_all(*repository, listing.value()); });
    }
  }
  EXPECT_EQ(failed, std::vector<std::size_t>(4, 0));
}

TEST_F(ObjectsTest, MissingAndImpossibleIds) {
  git_.commit_file(repo_, "a", "a");
  auto session = open(repo_)->open_session();
  const auto missing = session.value()->read(*ObjectId::from_hex(std::string(40, '1')));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, "object is missing");
  EXPECT_FALSE(session.value()->read(ObjectId{}).ok());
  EXPECT_FALSE(session.value()->header(*ObjectId::from_hex(std::string(64, '1'))).ok());
  // Git has the empty tree without storing it.
  const auto empty = *ObjectId::from_hex("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  ASSERT_TRUE(session.value()->read(empty).ok());
  EXPECT_EQ(session.value()->header(empty).value().type, ObjectType::kTree);
}

TEST_F(ObjectsTest, PackWithoutIndexAndIndexWithoutPack) {
  git_.commit_file(repo_, "a", "in a pack\n");
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  git_.commit_file(repo_, "b", "loose\n");
  const std::string pack = files_with(repo_, ".pack").at(0);
  const std::string idx = pack.substr(0, pack.size() - 4) + "idx";
  for (const std::string& lost : {pack, idx}) {
    const std::string& kept = lost == pack ? idx : pack;
    const std::string bytes = read_bytes(lost);
    fs::remove(lost);
    const auto listing = open(repo_)->list_objects();
    EXPECT_EQ(listing.value().objects.size(), 3u);
    ASSERT_EQ(listing.value().unreadable.size(), 1u);
    EXPECT_EQ(listing.value().unreadable[0].what, kept);
    write_bytes(lost, bytes);
  }
  EXPECT_EQ(open(repo_)->list_objects().value().objects.size(), 6u);
}

TEST_F(ObjectsTest, DamagedCopyIsTakenFromElsewhere) {
  make_history(5, 6);
  const auto before = expected();
  git_.git(repo_, {"repack", "-q", "-a"});  // the loose objects stay
  const std::string pack = files_with(repo_, ".pack").at(0);
  std::string bytes = read_bytes(pack);
  for (std::size_t at = 40; at + 20 < bytes.size(); at += 16) bytes[at] ^= 0x55;
  write_bytes(pack, bytes);
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  EXPECT_EQ(listing.value().objects.size(), before.size());
  EXPECT_TRUE(listing.value().unreadable.empty());
  EXPECT_EQ(read_all(*repository, listing.value()), 0u);
}

TEST_F(ObjectsTest, DamagedLooseObjects) {
  git_.commit_file(repo_, "a", "one\n");
  const std::string good = git_.object(repo_, "blob", "good\n");
  std::vector<std::string> bad;
  for (const char* text :
       {"cut off\n", "empty\n", "garbage\n", "a folder\n", "a pipe\n", "another's bytes\n"}) {
    bad.push_back(git_.object(repo_, "blob", text));
  }
  const auto path = [&](const std::string& id) {
    return repo_ + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  };
  write_bytes(path(bad[0]), read_bytes(path(bad[0])).substr(0, 12));
  write_bytes(path(bad[1]), "");
  write_bytes(path(bad[2]), "this is not deflated");
  fs::remove(path(bad[3]));
  fs::create_directory(path(bad[3]));
  fs::remove(path(bad[4]));
  ASSERT_EQ(mkfifo(path(bad[4]).c_str(), 0600), 0);
  write_bytes(path(bad[5]), read_bytes(path(good)));
  write_bytes(repo_ + "/.git/objects/12/not-an-object-name", "ignored, as by git");

  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  std::set<std::string> named;
  for (const Unreadable& entry : listing.value().unreadable) named.insert(entry.what);
  auto session = repository->open_session();
  for (const std::string& id : bad) {
    const auto view = session.value()->read(*ObjectId::from_hex(id));
    EXPECT_FALSE(view.ok()) << id;
    named.insert(id);
  }
  // The header of a cut-off or exchanged file may be whole; reading finds those.
  EXPECT_EQ(named, std::set<std::string>(bad.begin(), bad.end()));
  EXPECT_TRUE(session.value()->read(*ObjectId::from_hex(good)).ok());
  auto trusting = repository->open_session(false);
  EXPECT_TRUE(trusting.value()->read(*ObjectId::from_hex(bad[5])).ok());
}

// A pack and its index, made to measure: entries of which the tests choose every byte.
class PackWriter {
 public:
  // `stored` is what the entry inflates to. Small sizes only.
  void add(const std::string& hex_id, int type, const std::string& base,
           const std::string& stored) {
    entries_[hex_id] = pack_.size();
    pack_ += static_cast<char>(0x80 | type << 4 | (stored.size() & 15));
    pack_ += static_cast<char>(stored.size() >> 4);
    pack_ += base;
    pack_ += deflate(stored);
  }
  void write(const std::string& folder) {
    pack_.replace(8, 4, big_endian(entries_.size()));
    pack_ += raw_sha1(pack_);
    std::string index = std::string("\377tOc", 4) + big_endian(2);
    for (int byte = 0; byte < 256; ++byte) {
      index += big_endian(static_cast<std::size_t>(
          std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return std::stoi(entry.first.substr(0, 2), nullptr, 16) <= byte;
          })));
    }
    for (const auto& [id, offset] : entries_) index += *from_hex(id);
    index += std::string(4 * entries_.size(), '\0');  // checksums that nobody reads
    for (const auto& [id, offset] : entries_) index += big_endian(offset);
    index += pack_.substr(pack_.size() - 20);
    index += raw_sha1(index);
    fs::create_directories(folder);
    write_bytes(folder + "/pack-made.pack", pack_);
    write_bytes(folder + "/pack-made.idx", index);
  }

 private:
  static std::string big_endian(std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  }
  static std::string raw_sha1(const std::string& bytes) {
    const auto hash = GitHasher(kSha1Size).hash(bytes);
    return {reinterpret_cast<const char*>(hash->bytes.data()), hash->size};
  }
  // One stored block, as zlib's format allows.
  static std::string deflate(const std::string& bytes) {
    std::string out = "\x78\x01\x01";
    const std::size_t size = bytes.size();
    for (const std::size_t part : {size & 255, size >> 8, ~size & 255, ~size >> 8 & 255}) {
      out += static_cast<char>(part);
    }
    out += bytes;
    std::size_t a = 1;
    std::size_t b = 0;
    for (const char c : bytes) {
      a = (a + static_cast<unsigned char>(c)) % 65521;
      b = (b + a) % 65521;
    }
    return out + big_endian(b << 16 | a);
  }

  std::string pack_ = std::string("PACK") + std::string("\0\0\0\2\0\0\0\0", 8);
  std::map<std::string, std::size_t> entries_;
};

// Copies nothing and inserts "x": a delta of a base of one byte.
const std::string kDelta = std::string("\x01\x01\x01x", 4);

TEST_F(ObjectsTest, DeltasThatNameEachOtherEnd) {
  const std::string a(40, 'a');
  const std::string b(40, 'b');
  const std::string c(40, 'c');
  PackWriter writer;
  writer.add(a, 7, *from_hex(b), kDelta);
  writer.add(b, 7, *from_hex(a), kDelta);
  writer.add(c, 7, *from_hex(b), kDelta);
  writer.add(std::string(40, 'd'), 7, *from_hex(std::string(40, 'd')), kDelta);
  writer.add(std::string(40, 'e'), 7, *from_hex(std::string(40, '0')), kDelta);
  const std::string whole = "8b137891791fe96927ad78e64b0aad7bded08bdc";  // "\n"
  writer.add(whole, 3, "", "\n");
  writer.write(repo_ + "/.git/objects/pack");
  for (const bool listed : {true, false}) {
    const auto repository = open(repo_);
    if (listed) {
      const auto listing = repository->list_objects();
      EXPECT_EQ(rows(listing.value()), std::vector<std::string>{whole + " blob 1"});
      EXPECT_EQ(listing.value().unreadable.size(), 5u);
    }
    auto session = repository->open_session();
    for (const char digit : {'a', 'b', 'c', 'd', 'e'}) {
      const ObjectId id = *ObjectId::from_hex(std::string(40, digit));
      EXPECT_FALSE(session.value()->read(id).ok());
      EXPECT_FALSE(session.value()->header(id).ok());
    }
    EXPECT_TRUE(session.value()->read(*ObjectId::from_hex(whole)).ok());
  }
}

TEST_F(ObjectsTest, IndexWhoseSizeWouldOverflow) {
  git_.commit_file(repo_, "a", "one\n");
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  git_.commit_file(repo_, "b", "two\n");
  const std::string idx = files_with(repo_, ".idx").at(0);
  std::string bytes = read_bytes(idx);
  // 0x09249249 objects of 28 bytes are 4 more than 2^32, so in 32 bits the file would fit.
  bytes.replace(8 + 255 * 4, 4, std::string("\x09\x24\x92\x49", 4));
  write_bytes(idx, bytes);
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  EXPECT_EQ(listing.value().objects.size(), 3u);
  ASSERT_EQ(listing.value().unreadable.size(), 1u);
  EXPECT_EQ(listing.value().unreadable[0].what, idx);
  EXPECT_EQ(read_all(*repository, listing.value()), 0u);
}

// Random damage to any file of the object store. What is listed must read or fail as a value, and
// every object is either listed or behind something in `unreadable`.
class DamageTest : public ObjectsTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(DamageTest, NothingCrashesAndNothingIsSilent) {
  make_history(12, 7);
  git_.git(repo_, {"-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f"});
  git_.commit_file(repo_, "late", "loose one\n");
  const std::size_t total = expected().size();
  const std::string target = files_with(repo_ + "/.git/objects", GetParam()).at(0);
  const std::string whole = read_bytes(target);
  std::mt19937 random(99);
  for (int round = 0; round < 150; ++round) {
    std::string bytes = whole;
    if (round % 5 == 4) {
      bytes.resize(random() % bytes.size());
    } else {
      // The last object is where libgit2's own header reader would not come back from. Behind it
      // are checksums (40 bytes at most), whose damage hides the whole pack.
      const std::size_t end = bytes.size() - 40;
      for (std::size_t edits = 1 + random() % 4; edits > 0; --edits) {
        const std::size_t at =
            random() % 2 == 0 ? random() % bytes.size() : end - 1 - random() % (end / 8);
        bytes[at] = static_cast<char>(random());
      }
    }
    write_bytes(target, bytes);
    const auto repository = open(repo_);
    const auto listing = repository->list_objects(2);
    ASSERT_TRUE(listing.ok());
    const std::size_t failed = read_all(*repository, listing.value());
    if (listing.value().objects.size() - failed < total) {
      EXPECT_GT(listing.value().unreadable.size() + failed, 0u) << round;
    }
    auto session = repository->open_session();
    for (const ObjectHeader& object : listing.value().objects) {
      (void)session.value()->header(object.id).ok();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, DamageTest, ::testing::Values(".pack", ".idx"),
                         [](const auto& file) { return std::string(file.param).substr(1); });

TEST_F(ObjectsTest, ThreadsDoNotChangeTheListing) {
  // Enough objects that the pass over the pack is split.
  std::string stream;
  for (int i = 0; i < 50000; ++i) {
    const std::string text = "blob number " + std::to_string(i);
    stream += "blob\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
  }
  git_.git(repo_, {"fast-import", "--quiet"}, stream);
  const auto repository = open(repo_);
  const auto one = repository->list_objects(1);
  const auto four = repository->list_objects(4);
  ASSERT_EQ(one.value().objects.size(), 50000u);
  for (std::size_t i = 0; i < one.value().objects.size(); ++i) {
    ASSERT_EQ(one.value().objects[i].id, four.value().objects[i].id);
    ASSERT_EQ(one.value().objects[i].size, four.value().objects[i].size);
    ASSERT_EQ(one.value().objects[i].read_cost, four.value().objects[i].read_cost);
  }
  EXPECT_EQ(rows(one.value()), expected());
}

}  // namespace
}  // namespace dragnet
