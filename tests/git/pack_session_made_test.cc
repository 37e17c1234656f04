// Our own session on packs that no git writes: bases that lie elsewhere, circles, sizes that are
// not true.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "git/objects_fixture.h"
#include "git/repository.h"
#include "pack/made_pack.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::MadePack;
using test_support::open;
using test_support::read_bytes;
using test_support::write_bytes;

class PackSessionMade : public ::testing::Test {
 protected:
  std::string pack_folder() const { return repo_ + "/.git/objects/pack"; }

  GitFixture git_;
  std::string repo_ = git_.init("work");
};

// Packs whose deltas name bases that are in another pack or loose.
TEST_F(PackSessionMade, BasesElsewhere) {
  const std::string front(3000, 'x');
  const auto version = [&](int i) { return front + "version " + std::to_string(i) + "\n"; };
  MadePack first;
  MadePack second;
  std::vector<ObjectId> ids = {*ObjectId::from_hex(git_.object(repo_, "blob", version(0)))};
  for (int i = 1; i < 40; ++i) {
    ids.push_back((i % 2 == 0 ? first : second).add_delta(version(i - 1), version(i)));
  }
  const ObjectId orphan = second.add_delta("nowhere", "made of nothing");
  first.write(pack_folder(), "pack-one");
  second.write(pack_folder(), "pack-two");
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  EXPECT_EQ(listing.value().objects.size(), ids.size());
  ASSERT_EQ(listing.value().unreadable.size(), 1u);
  EXPECT_EQ(listing.value().unreadable[0].what, orphan.hex());
  auto session = repository->open_pack_session();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto view = session.value()->read(ids[i]);
    ASSERT_TRUE(view.ok()) << i << " " << view.error().text();
    EXPECT_EQ(view.value().bytes, version(static_cast<int>(i)));
  }
  for (const ObjectHeader& object : listing.value().objects) {
    const auto header = session.value()->header(object.id);
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(header.value().type, ObjectType::kBlob);
    EXPECT_EQ(header.value().size, object.size);
  }
  EXPECT_FALSE(session.value()->read(orphan).ok());
  auto narrow = repository->open_pack_session({.max_bytes = 3000});
  EXPECT_EQ(narrow.value()->read(ids[9]).error().kind, ErrorKind::kTooLarge);
}

// A base of which one pack has a damaged copy, a loose file another, and a second pack a whole one.
TEST_F(PackSessionMade, BaseWithDamagedCopies) {
  const std::string base = "the base\n";
  MadePack deltas;
  const ObjectId id = deltas.add_delta(base, base + "and more\n");
  deltas.write(pack_folder(), "pack-b");
  MadePack damaged;
  const ObjectId base_id = damaged.add_blob(base);
  damaged.write(pack_folder(), "pack-a");
  std::string bytes = read_bytes(pack_folder() + "/pack-a.pack");
  bytes[20] ^= 1;
  write_bytes(pack_folder() + "/pack-a.pack", bytes);
  EXPECT_FALSE(open(repo_)->open_pack_session().value()->read(id).ok());
  MadePack whole;
  EXPECT_EQ(whole.add_blob(base), base_id);
  whole.write(pack_folder(), "pack-c");
  EXPECT_TRUE(open(repo_)->open_pack_session().value()->read(id).ok());
  fs::remove(pack_folder() + "/pack-c.pack");
  EXPECT_FALSE(open(repo_)->open_pack_session().value()->read(id).ok());
  // Where no pack has it git writes it.
  const std::string other = git_.init("other");
  git_.object(other, "blob", base);
  const std::string file = "/.git/objects/" + base_id.hex().insert(2, "/");
  fs::create_directories(fs::path(repo_ + file).parent_path());
  fs::copy_file(other + file, repo_ + file);
  EXPECT_TRUE(open(repo_)->open_pack_session().value()->read(id).ok());
}

TEST_F(PackSessionMade, CirclesThroughSeveralPacksEnd) {
  const auto id = [](char digit) { return *ObjectId::from_hex(std::string(40, digit)); };
  const auto raw = [&](char digit) {
    const ObjectId of = id(digit);
    return std::string(of.bytes.begin(), of.bytes.begin() + of.size);
  };
  const std::string delta = MadePack::delta("x", "x");
  for (int number = 0; number < 6; ++number) {
    // Every pack has every one of them, each a delta of the next.
    MadePack pack;
    for (const char digit : {'a', 'b', 'c', 'd'}) {
      const char next = digit == 'd' ? 'a' : static_cast<char>(digit + 1);
      pack.add(id(digit), MadePack::kIdDelta, raw(number % 2 == 0 ? next : 'a'), delta);
    }
    pack.write(pack_folder(), "pack-" + std::to_string(number));
  }
  const auto repository = open(repo_);
  EXPECT_EQ(repository->list_objects().value().unreadable.size(), 4u);
  auto session = repository->open_pack_session();
  for (const char digit : {'a', 'b', 'c', 'd'}) {
    EXPECT_FALSE(session.value()->read(id(digit)).ok());
    EXPECT_FALSE(session.value()->header(id(digit)).ok());
  }
}

// Sizes that would ask for more memory than there is.
TEST_F(PackSessionMade, ImpossibleSizes) {
  MadePack pack;
  const ObjectId base = pack.add_blob("x");
  const std::string base_name(base.bytes.begin(), base.bytes.begin() + base.size);
  const auto fake = [](char digit) { return *ObjectId::from_hex(std::string(40, digit)); };
  const std::string huge = test_support::delta_size(1) + test_support::delta_size(1ULL << 62);
  pack.add(fake('1'), MadePack::kIdDelta, base_name, huge + "\x01x");
  pack.add(fake('2'), MadePack::kIdDelta, base_name,
           test_support::delta_size(2) + test_support::delta_size(1) + "\x01x");
  pack.add(fake('3'), MadePack::kIdDelta, base_name, std::string(30, '\xff'));
  pack.add(fake('4'), MadePack::kOffsetDelta, std::string(1, '\x7f'), huge);
  pack.add(fake('5'), MadePack::kOffsetDelta, std::string(12, '\xff'), huge);
  pack.add(fake('6'), 5, "", "reserved");
  pack.add(fake('7'), 0, "", "invalid");
  pack.write(pack_folder());
  const auto repository = open(repo_);
  auto session = repository->open_pack_session({.verify = false});
  for (const char digit : {'1', '2', '3', '4', '5', '6', '7'}) {
    EXPECT_FALSE(session.value()->read(fake(digit)).ok()) << digit;
  }
  EXPECT_TRUE(session.value()->read(base).ok());
}

}  // namespace
}  // namespace dragnet
