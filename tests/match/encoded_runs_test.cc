#include "match/encoded_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "match/random_text.h"

namespace dragnet {
namespace {

using namespace test_support;

auto fields(const EncodedRun& run) {
  return std::tuple(run.kind, run.begin, run.end, run.from, run.to, run.starts_text, run.ends_text,
                    run.open_before, run.open_after);
}

using Runs = std::multiset<decltype(fields(EncodedRun()))>;

Runs all_runs(ByteView text) {
  Runs runs;
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    EXPECT_LE(run.from, run.begin);
    EXPECT_LT(run.begin, run.end);
    EXPECT_LE(run.end, run.to);
    EXPECT_LE(run.to, text.size());
    runs.insert(fields(run));
  };
  RunFinder(text, RunKinds::all(), &visit).find_all();
  return runs;
}

// What is looked for near some places only: nothing else is found, and nothing is missed whose span
// such a place lies in.
TEST(EncodedRuns, NearAPlaceAreThoseOfTheWhole) {
  std::size_t found = 0;
  for (std::uint64_t number = 0; number < setting("DRAGNET_CASES", 20000); ++number) {
    Random random(number);
    const ByteString text = random_text(&random, 20);
    const Runs all = all_runs(text);
    Runs near;
    const RunFinder::Visit visit = [&](const EncodedRun& run) { near.insert(fields(run)); };
    RunFinder finder(text, RunKinds::all(), &visit);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
    for (std::uint64_t at = 0; at <= text.size();) {
      at += below(&random, text.size() + 1);
      const std::uint64_t size = below(&random, 2) == 0 ? 0 : below(&random, 100);
      if (at + size > text.size()) break;
      places.emplace_back(at, at + size);
      at += size;
    }
    for (const auto& [first, last] : places) finder.find_near(first, last);
    for (const auto& run : all) {
      const bool touched = std::any_of(places.begin(), places.end(), [&](const auto& place) {
        const bool inside = std::get<3>(run) < place.second && std::get<4>(run) > place.first;
        return inside || (std::get<5>(run) && place.first == 0) ||
               (std::get<6>(run) && place.second == text.size());
      });
      if (!touched) continue;
      ++found;
      ASSERT_EQ(near.count(run), all.count(run))
          << "case " << number << " kind " << to_string(std::get<0>(run)) << " at "
          << std::get<1>(run) << " of " << testing::PrintToString(text);
    }
    for (const auto& run : near) {
      ASSERT_EQ(near.count(run), all.count(run))
          << "case " << number << " kind " << to_string(std::get<0>(run)) << " at "
          << std::get<1>(run) << " of " << testing::PrintToString(text);
    }
  }
  EXPECT_GT(found, 1000U);
}

// The same bytes with others around them: what does not look at those stays as it is.
TEST(EncodedRuns, DependOnTheirSpanAlone) {
  std::size_t kept = 0;
  for (std::uint64_t number = 0; number < setting("DRAGNET_CASES", 20000); ++number) {
    Random random(number);
    const ByteString text = random_text(&random, 12);
    const ByteString before = random_text(&random, 6);
    const ByteString after = random_text(&random, 6);
    const Runs alone = all_runs(text);
    const ByteString all = before + text + after;
    const Runs among = all_runs(all);
    for (auto run : alone) {
      if (std::get<5>(run) || std::get<6>(run)) continue;
      ++kept;
      std::get<1>(run) += before.size();
      std::get<2>(run) += before.size();
      std::get<3>(run) += before.size();
      std::get<4>(run) += before.size();
      ASSERT_EQ(among.count(run), 1U)
          << "case " << number << " kind " << to_string(std::get<0>(run)) << " at "
          << std::get<1>(run) << " of " << testing::PrintToString(all);
    }
    for (auto run : among) {
      if (std::get<5>(run) || std::get<6>(run) || std::get<3>(run) < before.size() ||
          std::get<4>(run) > before.size() + text.size()) {
        continue;
      }
      std::get<1>(run) -= before.size();
      std::get<2>(run) -= before.size();
      std::get<3>(run) -= before.size();
      std::get<4>(run) -= before.size();
      ASSERT_EQ(alone.count(run), 1U)
          << "case " << number << " kind " << to_string(std::get<0>(run)) << " at "
          << std::get<1>(run) << " of " << testing::PrintToString(text);
    }
  }
  EXPECT_GT(kept, 500U);
}

// A place that is called quiet is so wherever its bytes and a block to each side stand.
TEST(EncodedRuns, StayAwayFromQuietPlacesAmongOtherBytes) {
  std::size_t quiet = 0;
  const auto words = [](Random* random) {
    ByteString text;
    for (std::uint64_t i = 1 + below(random, 40); i > 0; --i) {
      text += below(random, 4) == 0 ? random_text(random, 1) : ByteString("word");
      text += below(random, 5) == 0 ? '\n' : ' ';
    }
    return text;
  };
  for (std::uint64_t number = 0; number < setting("DRAGNET_CASES", 20000); ++number) {
    Random random(number);
    const ByteString text = words(&random) + words(&random) + words(&random);
    const RunFinder::Visit none = [](const EncodedRun&) {};
    const std::uint64_t first = below(&random, text.size());
    const std::uint64_t last = first + below(&random, std::min(text.size() - first, kBlock) + 1);
    if (!RunFinder(text, RunKinds::all(), &none).find_near(first, last)) continue;
    ++quiet;
    const ByteString before = words(&random);
    const ByteString among =
        before + text.substr(first - kBlock, last - first + 2 * kBlock) + words(&random);
    const std::uint64_t from = before.size() + kBlock;
    for (const auto& run : all_runs(among)) {
      ASSERT_FALSE(std::get<3>(run) < from + (last - first) && std::get<4>(run) > from)
          << "case " << number << " kind " << to_string(std::get<0>(run)) << " at "
          << std::get<1>(run) << " of " << testing::PrintToString(among);
    }
  }
  EXPECT_GT(quiet, 1000U);
}

}  // namespace
}  // namespace dragnet
