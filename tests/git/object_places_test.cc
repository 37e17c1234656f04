#include "git/object_places.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace dragnet {
namespace {

ObjectId random_id(std::mt19937* random) {
  std::array<std::uint8_t, 20> raw;
  for (std::uint8_t& byte : raw) byte = static_cast<std::uint8_t>((*random)());
  return ObjectId::from_raw(raw.data(), raw.size());
}

ObjectHeader header_of(const ObjectId& id) {
  ObjectHeader header{};
  header.id = id;
  header.type = ObjectType::kBlob;
  return header;
}

TEST(ObjectPlaces, HoldsWhatASetHolds) {
  std::mt19937 random(18);
  for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 16U, 1000U, 30000U}) {
    std::set<ObjectId> wanted;
    std::vector<ObjectHeader> headers;
    for (std::size_t i = 0; i < count; ++i) {
      // Some twice, some that fall into one place of any table.
      ObjectId id = random_id(&random);
      if (!headers.empty() && random() % 10 == 0) id = headers[random() % headers.size()].id;
      if (random() % 10 == 0) id.bytes[0] = id.bytes[1] = id.bytes[2] = 0xff;
      wanted.insert(id);
      headers.push_back(header_of(id));
    }
    const ListedTable table(headers);
    const ObjectPlaces ids(&table);
    for (const ObjectId& id : wanted) ASSERT_TRUE(ids.contains(id.bytes.data())) << id.hex();
    for (int i = 0; i < 20000; ++i) {
      ObjectId id = random_id(&random);
      if (random() % 4 == 0) id.bytes[0] = id.bytes[1] = id.bytes[2] = 0xff;
      ASSERT_EQ(ids.contains(id.bytes.data()), wanted.count(id) != 0) << id.hex();
    }
  }
}

TEST(ObjectPlaces, HoldsAnIdThatStartsWithZeros) {
  const ObjectId zeros = *ObjectId::from_hex(std::string(39, '0') + "1");
  const ListedTable none({});
  const ListedTable one({header_of(zeros)});
  EXPECT_FALSE(ObjectPlaces(&none).contains(zeros.bytes.data()));
  EXPECT_TRUE(ObjectPlaces(&one).contains(zeros.bytes.data()));
  const ObjectId other = *ObjectId::from_hex("f" + std::string(39, '0'));
  EXPECT_FALSE(ObjectPlaces(&one).contains(other.bytes.data()));
}

// Ids that agree in all that a slot sees are told apart, and keep their places.
TEST(ObjectPlaces, TellsIdsApartThatStartAlike) {
  std::vector<ObjectHeader> headers;
  for (const char last : {'1', '2', '3'}) {
    for (const char first : {'a', 'f'}) {
      headers.push_back(header_of(*ObjectId::from_hex(std::string(39, first) + last)));
    }
  }
  const ListedTable table(headers);
  const ObjectPlaces places(&table);
  for (std::uint32_t place = 0; place < headers.size(); ++place) {
    EXPECT_EQ(places.find(headers[place].id.bytes.data()), place);
  }
  const ObjectId absent = *ObjectId::from_hex(std::string(39, 'a') + '9');
  EXPECT_EQ(places.find(absent.bytes.data()), ObjectPlaces::kNone);
}

}  // namespace
}  // namespace dragnet
