#include "pipeline/run_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace dragnet {
namespace {

std::vector<std::string> texts(const IncompleteList& list) {
  std::vector<std::string> out;
  for (const IncompleteItem& item : list.items()) {
    out.push_back(item.object + "|" + item.path + "|" + item.reason);
  }
  return out;
}

TEST(IncompleteList, IsTheSameInWhateverOrderThingsWentWrong) {
  std::vector<IncompleteItem> items = {
      {"aa", "", "missing"}, {"aa", "", "damaged"}, {"aa", "p", "damaged"}, {"bb", "", "too large"},
      {"", "x", "denied"},   {"", "x", "denied"},   {"", "w", "denied"},    {"", "", "no refs"}};
  const std::vector<std::string> wanted = {"||no refs", "|w|denied", "|x|denied", "aa||damaged",
                                           "bb||too large"};
  std::mt19937 random(20);
  for (int round = 0; round < 200; ++round) {
    std::shuffle(items.begin(), items.end(), random);
    IncompleteList list;
    for (const IncompleteItem& item : items) list.add(item);
    ASSERT_EQ(texts(list), wanted);
  }
}

}  // namespace
}  // namespace dragnet
