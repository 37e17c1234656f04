#include "git/object_parse.h"

#include <gtest/gtest.h>

#include <random>

namespace dragnet {
namespace {

const std::string kHexA(40, 'a');
const std::string kHexB(40, 'b');
const std::string kHexC(40, 'c');

std::string entry(const std::string& mode, const std::string& name, char fill,
                  std::size_t id_size = 20) {
  return mode + " " + name + std::string(1, '\0') + std::string(id_size, fill);
}

TEST(TreeReader, YieldsEntriesWithTheirOffsets) {
  const std::string tree =
      entry("100644", "a b", 'x') + entry("40000", "dir", 'y') + entry("160000", "sub", 'z');
  TreeReader reader(tree, 20);
  TreeEntry e;
  ASSERT_TRUE(reader.next(&e));
  EXPECT_EQ(e.mode, 0100644u);
  EXPECT_EQ(e.name, "a b");
  EXPECT_EQ(e.raw_id, std::string(20, 'x'));
  EXPECT_EQ(e.offset, 0u);
  EXPECT_EQ(e.name_offset, 7u);
  ASSERT_TRUE(reader.next(&e));
  EXPECT_TRUE(e.is_tree());
  EXPECT_EQ(e.offset, 7u + 3 + 1 + 20);
  EXPECT_EQ(tree.substr(e.name_offset, 3), "dir");
  ASSERT_TRUE(reader.next(&e));
  EXPECT_TRUE(e.is_submodule());
  EXPECT_FALSE(reader.next(&e));
  EXPECT_FALSE(reader.damaged());
}

TEST(TreeReader, EmptyTreeIsNotDamaged) {
  TreeReader reader("", 20);
  TreeEntry e;
  EXPECT_FALSE(reader.next(&e));
  EXPECT_FALSE(reader.damaged());
}

TEST(TreeReader, ReadsSha256Entries) {
  const std::string tree = entry("100644", "f", 'q', 32);
  TreeReader reader(tree, 32);
  TreeEntry e;
  ASSERT_TRUE(reader.next(&e));
  EXPECT_EQ(e.raw_id.size(), 32u);
  EXPECT_FALSE(reader.next(&e));
  EXPECT_FALSE(reader.damaged());
}

TEST(TreeReader, EveryTruncationIsDamagedButKeepsWholeEntries) {
  const std::string first = entry("100644", "a", 'x');
  const std::string tree = first + entry("40000", "d", 'y');
  for (std::size_t cut = 1; cut < tree.size(); ++cut) {
    TreeReader reader(ByteView(tree).substr(0, cut), 20);
    TreeEntry e;
    std::size_t count = 0;
    while (reader.next(&e)) ++count;
    EXPECT_EQ(count, cut >= first.size() ? 1u : 0u) << cut;
    EXPECT_EQ(reader.damaged(), cut != first.size()) << cut;
    EXPECT_FALSE(reader.next(&e));
  }
}

TEST(TreeReader, RefusesModesThatAreNone) {
  for (const char* mode : {"", "9", "1006x4", "-100644", "77777777777"}) {
    const std::string tree = entry(mode, "a", 'x');
    TreeReader reader(tree, 20);
    TreeEntry e;
    EXPECT_FALSE(reader.next(&e)) << mode;
    EXPECT_TRUE(reader.damaged()) << mode;
  }
}

TEST(ParseCommit, ReadsFields) {
  const std::string text = "tree " + kHexA + "\nparent " + kHexB + "\nparent " + kHexC +
                           "\nauthor Ann Other <ann@example.org> 1700000000 +0100\n"
                           "committer Cem <c@example.org> 1700000001 -0500\nencoding x\n\n"
                           "author Evil <e@example.org> 1 +0000\n";
  const auto commit = parse_commit(text);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit.value().tree.hex(), kHexA);
  ASSERT_EQ(commit.value().parents.size(), 2u);
  EXPECT_EQ(commit.value().parents[1].hex(), kHexC);
  EXPECT_EQ(commit.value().author.name, "Ann Other");
  EXPECT_EQ(commit.value().author.email, "ann@example.org");
  EXPECT_EQ(commit.value().author.date, 1700000000);
  EXPECT_EQ(commit.value().committer_date, 1700000001);
}

TEST(ParseCommit, HeadersInTheMessageDoNotCount) {
  const auto commit =
      parse_commit("tree " + kHexA + "\n\nparent " + kHexB + "\nauthor E <e> 1 +0\n");
  ASSERT_TRUE(commit.ok());
  EXPECT_TRUE(commit.value().parents.empty());
  EXPECT_EQ(commit.value().author.name, "");
  EXPECT_EQ(commit.value().committer_date, 0);
}

TEST(ParseCommit, KeepsGoodParentsNextToABadOne) {
  const auto commit =
      parse_commit("tree " + kHexA + "\nparent zz\nparent " + kHexB + "\nauthor A <a> 5 +0\n\n");
  ASSERT_TRUE(commit.ok());
  ASSERT_EQ(commit.value().parents.size(), 1u);
  EXPECT_EQ(commit.value().author.date, 5);
}

TEST(ParseCommit, DatesThatCannotBeReadAreZero) {
  for (const char* date : {"", "x", "-5 +0000", "99999999999999999999999 +0000"}) {
    const auto commit = parse_commit("tree " + kHexA + "\ncommitter A <a> " + date + "\n\n");
    ASSERT_TRUE(commit.ok());
    EXPECT_EQ(commit.value().committer_date, 0) << date;
  }
  const auto commit = parse_commit("tree " + kHexA + "\ncommitter A <a> b> 7 +0000\n\n");
  EXPECT_EQ(commit.value().committer_date, 7);
}

TEST(ParseCommit, NeedsATreeLine) {
  EXPECT_FALSE(parse_commit("").ok());
  EXPECT_FALSE(parse_commit("tree " + kHexA).ok());
  EXPECT_FALSE(parse_commit("tree " + kHexA.substr(1) + "\n").ok());
  EXPECT_FALSE(parse_commit("parent " + kHexA + "\ntree " + kHexA + "\n").ok());
}

TEST(ParseTag, ReadsFields) {
  const auto tag =
      parse_tag("object " + kHexA + "\ntype blob\ntag v1\ntagger T <t@x> 9 +0000\n\nhi");
  ASSERT_TRUE(tag.ok());
  EXPECT_EQ(tag.value().target.hex(), kHexA);
  EXPECT_EQ(tag.value().target_type, ObjectType::kBlob);
  EXPECT_EQ(tag.value().tagger.name, "T");
  EXPECT_EQ(tag.value().tagger.date, 9);
  EXPECT_FALSE(parse_tag("type blob\n").ok());
  EXPECT_FALSE(parse_tag("object " + kHexA + "\ntype nonsense\n\n").value().target_type);
}

// Random edits of valid objects: nothing may crash, and every view must lie within the input.
TEST(ObjectParse, SurvivesMutations) {
  const std::string seeds[] = {
      "tree " + kHexA + "\nparent " + kHexB + "\nauthor A <a@b> 1 +0000\ncommitter C <c> 2 +0\n\nm",
      "object " + kHexA + "\ntype commit\ntag t\ntagger T <t> 3 +0000\n\nm",
      entry("100644", "a", 'x') + entry("40000", "dir", 'y') + entry("120000", "l", 'z')};
  std::mt19937 random(7);
  for (int round = 0; round < 30000; ++round) {
    std::string bytes = seeds[random() % 3];
    for (std::size_t edits = random() % 6; edits > 0 && !bytes.empty(); --edits) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 30);
          break;
        case 2:
          bytes.insert(at, 1 + random() % 4, "\n <>\0"[random() % 5]);
          break;
        default:
          bytes.resize(at);
          break;
      }
    }
    (void)parse_commit(bytes).ok();
    (void)parse_tag(bytes).ok();
    TreeReader reader(bytes, 20);
    TreeEntry e;
    while (reader.next(&e)) {
      ASSERT_GE(e.name.data(), bytes.data());
      ASSERT_LE(e.raw_id.data() + 20, bytes.data() + bytes.size());
      ASSERT_EQ(bytes.data() + e.name_offset, e.name.data());
    }
  }
}

}  // namespace
}  // namespace dragnet
