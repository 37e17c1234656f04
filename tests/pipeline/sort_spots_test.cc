#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

#include "pipeline/assemble.h"

namespace dragnet {
namespace {

ObjectId id_of(unsigned number) {
  ObjectId id;
  id.size = 20;
  id.bytes[0] = static_cast<std::uint8_t>(number);
  return id;
}

auto key_of(const Spot& spot) {
  return std::tuple(spot.stay.secret, spot.target, spot.kind, spot.stay.path, spot.stay.commit,
                    spot.stay.object);
}

// Every combination of a few values of each field once, in random orders: sorted, the spots of one
// secret stand together, and the order is the same each time.
TEST(SortSpots, OneOrderWhateverCameFirst) {
  std::vector<Spot> spots;
  for (unsigned secret = 0; secret < 3; ++secret) {
    for (unsigned target = 0; target < 2; ++target) {
      for (const SourceKind kind : {SourceKind::kBlob, SourceKind::kTree, SourceKind::kFile}) {
        for (const char* path : {"", "a", "a/b", "\xff"}) {
          for (unsigned commit = 0; commit < 3; ++commit) {
            for (unsigned object = 0; object < 2; ++object) {
              Spot spot;
              spot.target = target;
              spot.kind = kind;
              spot.has_path = *path != '\0';
              spot.stay.secret = secret;
              spot.stay.path = path;
              if (commit != 0) spot.stay.commit = id_of(commit);
              spot.stay.object = id_of(object);
              spots.push_back(spot);
            }
          }
        }
      }
    }
  }
  std::vector<decltype(key_of(spots[0]))> wanted;
  for (const Spot& spot : spots) wanted.push_back(key_of(spot));
  std::sort(wanted.begin(), wanted.end());
  std::mt19937 random(19);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(spots.begin(), spots.end(), random);
    sort_spots(&spots);
    for (std::size_t i = 0; i < spots.size(); ++i) ASSERT_TRUE(key_of(spots[i]) == wanted[i]) << i;
  }
}

TEST(SortSpots, TakesNone) {
  std::vector<Spot> none;
  sort_spots(&none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace dragnet
