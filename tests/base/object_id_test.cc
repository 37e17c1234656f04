#include "base/object_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

namespace dragnet {
namespace {

TEST(ObjectId, RoundTripsBothSizes) {
  std::mt19937 random(10);
  for (const std::size_t size : {std::size_t{20}, std::size_t{32}}) {
    for (int i = 0; i < 200; ++i) {
      std::string raw(size, '\0');
      for (char& c : raw) c = static_cast<char>(random() & 0xff);
      const ObjectId id = ObjectId::from_raw(raw.data(), raw.size());
      EXPECT_FALSE(id.empty());
      ASSERT_EQ(id.hex().size(), 2 * size);
      ASSERT_EQ(ObjectId::from_hex(id.hex()), id);
      std::string upper = id.hex();
      for (char& c : upper) c = static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
      ASSERT_EQ(ObjectId::from_hex(upper), id);
    }
  }
}

TEST(ObjectId, RefusesAnyOtherText) {
  for (std::size_t size = 0; size <= 130; ++size) {
    EXPECT_EQ(ObjectId::from_hex(std::string(size, 'a')).has_value(), size == 40 || size == 64)
        << size;
  }
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, '0');
    text[at] = 'g';
    EXPECT_FALSE(ObjectId::from_hex(text).has_value()) << at;
    text[at] = '\0';
    EXPECT_FALSE(ObjectId::from_hex(text).has_value()) << at;
  }
}

TEST(ObjectId, NoneIsEmptyAndEqualsOnlyItself) {
  const ObjectId none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.hex(), "");
  EXPECT_NE(none, *ObjectId::from_hex(std::string(40, '0')));
  EXPECT_NE(*ObjectId::from_hex(std::string(64, '0')), *ObjectId::from_hex(std::string(40, '0')));
}

TEST(ObjectId, IsOrderedAsItsHexadecimalIs) {
  std::mt19937 random(11);
  std::vector<ObjectId> ids;
  std::unordered_set<ObjectId, ObjectIdHash> distinct;
  for (int i = 0; i < 300; ++i) {
    std::string raw(20, '\0');
    for (char& c : raw) c = static_cast<char>(random() % 3 == 0 ? random() & 0xff : 0x80);
    ids.push_back(ObjectId::from_raw(raw.data(), raw.size()));
    distinct.insert(ids.back());
  }
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_LE(ids[i - 1].hex(), ids[i].hex());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(distinct.size(), ids.size());
}

TEST(ObjectType, HasGitsWords) {
  EXPECT_EQ(to_string(ObjectType::kCommit), "commit");
  EXPECT_EQ(to_string(ObjectType::kTree), "tree");
  EXPECT_EQ(to_string(ObjectType::kBlob), "blob");
  EXPECT_EQ(to_string(ObjectType::kTag), "tag");
}

}  // namespace
}  // namespace dragnet
