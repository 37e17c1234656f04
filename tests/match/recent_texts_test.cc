#include "match/recent_texts.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace dragnet {
namespace {

using Random = std::mt19937_64;

// What it says against all that was ever noted: it may forget, and never be wrong.
TEST(RecentTexts, SaysWhatWasNotedLastOfTheSameText) {
  struct Noted {
    ByteString note;
    std::uint64_t id = 0;
    bool quiet = false;
  };
  std::map<std::pair<ByteString, unsigned>, Noted> all;
  RecentTexts recent;
  Random random(20261123);
  std::size_t known = 0;
  std::size_t forgotten = 0;
  for (unsigned step = 0; step < 60000; ++step) {
    // Few texts that come often, many that come once, some too long to be kept.
    const std::uint64_t which = random() % 3 == 0 ? random() % 200 : random() % 100000;
    Random of_text(which);
    ByteString text(which % 37 == 0 ? of_text() % 5000 : of_text() % 150, 'x');
    for (char& c : text) c = static_cast<char>('a' + of_text() % 3);
    const auto kind = static_cast<std::uint16_t>(random() % 2);
    const auto key = RecentTexts::key_of(text, kind);
    recent.prefetch(key);
    const auto there = all.find({text, kind});
    if (const auto found = recent.find(key)) {
      ++known;
      ASSERT_NE(there, all.end());
      ASSERT_EQ(found->note, there->second.note);
      ASSERT_EQ(found->id, there->second.id);
      ASSERT_EQ(found->quiet, there->second.quiet);
      if (random() % 4 == 0) {
        recent.set_quiet(key, found->id);
        there->second.quiet = true;
      }
      if (random() % 4 != 0) continue;
    } else if (there != all.end() && there->second.id != RecentTexts::kNoId) {
      ++forgotten;
    }
    const ByteString note(random() % (RecentTexts::kMaxNote + 3), static_cast<char>(random()));
    const std::uint64_t id = recent.note(key, note);
    const bool fits = !text.empty() && text.size() <= RecentTexts::kMaxText &&
                      note.size() <= RecentTexts::kMaxNote;
    ASSERT_EQ(id != RecentTexts::kNoId, fits);
    if (fits) all[{text, kind}] = {note, id, false};
  }
  EXPECT_GT(known, 10000U);
  EXPECT_GT(forgotten, 1000U);
}

// Eight bytes that make the hash forget what was before: texts of one hash are told apart.
TEST(RecentTexts, TellsApartTextsOfOneHash) {
  ByteString first(64, 'a');
  for (const std::size_t at : {std::size_t{32}, std::size_t{48}}) {
    const std::uint64_t factor = at == 32 ? 0x9E3779B185EBCA87ULL : 0xC2B2AE3D27D4EB4FULL;
    for (unsigned i = 0; i < 8; ++i) first[at + i] = static_cast<char>(factor >> (8 * i));
  }
  ByteString second = first;
  second[3] = 'b';
  const auto key = RecentTexts::key_of(first, 7);
  const auto other = RecentTexts::key_of(second, 7);
  ASSERT_EQ(key.hash, other.hash);
  RecentTexts recent;
  const std::uint64_t id = recent.note(key, "first");
  EXPECT_FALSE(recent.find(other).has_value());
  EXPECT_FALSE(recent.find(RecentTexts::key_of(first, 6)).has_value());
  ASSERT_TRUE(recent.find(key).has_value());
  EXPECT_EQ(recent.find(key)->note, "first");
  recent.note(other, "second");
  EXPECT_FALSE(recent.find(key).has_value());
  recent.set_quiet(key, id);  // forgotten since: of the other text nothing is said
  ASSERT_TRUE(recent.find(other).has_value());
  EXPECT_FALSE(recent.find(other)->quiet);
}

}  // namespace
}  // namespace dragnet
