// The collector against a table of everything that it was told, in any order and from any threads.
#include "pipeline/collector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "pipeline/workers.h"

namespace dragnet {
namespace {

// Rules 0 and 1 are of one family, 2 and 3 of their own.
std::shared_ptr<const RulePack> make_pack() {
  RuleSet set;
  for (const char* id : {"alpha", "alpha-old", "beta", "gamma"}) {
    Rule rule;
    rule.id = id;
    rule.family = std::string(id).substr(0, 5);
    rule.regex = std::string(id) + "=([a-z]{4})";
    rule.place = {"test.toml", 1};
    set.rules.push_back(rule);
  }
  auto pack = RulePack::compile(std::move(set));
  if (pack.ok()) return std::move(pack).value();
  ADD_FAILURE() << pack.error().text();
  return nullptr;
}

struct Told {
  DetectedObject object;
  ByteString bytes;
  std::uint64_t offset = 0;
  std::vector<Match> matches;
};

// What a rule makes of a secret depends on the two alone, as the collector may expect.
Match match_of(std::uint32_t rule, std::uint64_t start, ByteView secret) {
  Match match;
  match.rule = rule;
  match.start = match.match_start = start;
  match.end = match.match_end = start + secret.size();
  match.line = start + 1;
  match.entropy = static_cast<float>(secret.size()) + static_cast<float>(rule);
  match.check = secret.size() % 2 == 0 ? CheckResult::kPasses : CheckResult::kPlausible;
  match.placeholder = secret[0] == 'a';
  return match;
}

std::vector<Told> random_objects(std::mt19937* random, std::size_t count) {
  std::vector<Told> out;
  // The second and the third are two spellings of one secret.
  const std::vector<std::string> secrets = {
      "aaaa", "k1\nk2\nk3", "k1\r\nk2\r\nk3", "bbb", "c", "dddd", "a", "xyzw"};
  for (std::size_t i = 0; i < count; ++i) {
    Told told;
    told.object.target = static_cast<std::uint32_t>((*random)() % 2);
    told.object.id.size = 20;
    told.object.id.bytes[0] = static_cast<std::uint8_t>(i);
    told.object.id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
    told.object.path = "path-" + std::to_string(i);
    told.offset = (*random)() % 3 * 1000;
    for (std::size_t found = (*random)() % 6; found > 0; --found) {
      const std::string& secret = secrets[(*random)() % secrets.size()];
      told.bytes.append((*random)() % 5, '.');
      const auto rule = static_cast<std::uint32_t>((*random)() % 4);
      Match match = match_of(rule, told.bytes.size(), secret);
      match.companion = (*random)() % 2 == 0;
      match.path_lists = (*random)() % 4;
      for (std::uint32_t other = 0; other < 4; ++other) {
        if (other != rule && (*random)() % 8 == 0) match.also.push_back(other);
      }
      told.bytes += secret;
      told.matches.push_back(match);
    }
    out.push_back(std::move(told));
  }
  return out;
}

// What is known of a secret, and of its places, without the numbers that depend on threads.
using SecretRow = std::tuple<Identity, std::uint32_t, ByteString, float, CheckResult, bool,
                             std::vector<std::uint32_t>>;
using PlaceRow = std::tuple<Identity, std::uint32_t, ObjectId, std::string, std::uint64_t,
                            std::uint64_t, std::uint64_t, std::uint64_t, std::uint32_t, bool>;
struct Table {
  std::set<SecretRow> secrets;
  std::vector<PlaceRow> places;  // sorted
  bool operator==(const Table&) const = default;
};

Identity identity_of(const RulePack& pack, const IdentityKey& key, const Told& told,
                     const Match& match) {
  return key.identity(pack.rules()[match.rule].rule.family,
                      canonical_secret(secret_bytes(told.bytes, match)));
}

Table slow_table(const RulePack& pack, const IdentityKey& key, const std::vector<Told>& all) {
  std::map<Identity, std::set<std::pair<std::uint32_t, ByteString>>> spellings;
  std::map<Identity, std::set<std::uint32_t>> also;
  Table table;
  for (const Told& told : all) {
    std::set<std::pair<Identity, std::uint64_t>> here;  // one place a line
    for (const Match& match : told.matches) {
      const Identity identity = identity_of(pack, key, told, match);
      spellings[identity].emplace(match.rule, secret_bytes(told.bytes, match));
      also[identity].insert(match.also.begin(), match.also.end());
      if (!here.emplace(identity, match.line).second) continue;
      table.places.emplace_back(identity, told.object.target, told.object.id, told.object.path,
                                told.offset + match.start, told.offset + match.end, match.line,
                                match.path_lists, match.rule, match.companion);
    }
  }
  for (const auto& [identity, known] : spellings) {
    const auto& [rule, secret] = *known.begin();
    const Match match = match_of(rule, 0, secret);
    table.secrets.emplace(identity, rule, secret, match.entropy, match.check, match.placeholder,
                          std::vector<std::uint32_t>(also[identity].begin(), also[identity].end()));
  }
  std::sort(table.places.begin(), table.places.end());
  return table;
}

Table table_of(const Collector& collector) {
  Table table;
  for (const SecretRecord& record : collector.secrets()) {
    table.secrets.emplace(record.identity, record.rule, record.secret, record.entropy, record.check,
                          record.placeholder, record.also);
  }
  const auto row = [&](const Detection& d) {
    const DetectedObject& object = collector.objects()[d.object];
    return PlaceRow(collector.secrets()[d.secret].identity, object.target, object.id, object.path,
                    d.start, d.end, d.line, d.path_lists, d.rule, d.companion);
  };
  std::vector<PlaceRow> by_secret;
  for (std::uint32_t secret = 0; secret < collector.secrets().size(); ++secret) {
    const auto detections = collector.detections(secret);
    if (!detections.ok()) {
      ADD_FAILURE() << detections.error().text();
      return table;
    }
    EXPECT_FALSE(detections->empty());
    for (const Detection& d : *detections) {
      EXPECT_EQ(d.secret, secret);
      by_secret.push_back(row(d));
    }
  }
  EXPECT_TRUE(
      collector.for_each_detection([&](const Detection& d) { table.places.push_back(row(d)); })
          .ok());
  EXPECT_TRUE(by_secret == table.places);
  std::sort(table.places.begin(), table.places.end());
  return table;
}

TEST(Collector, TheSameInAnyOrderFromAnyThreads) {
  const auto pack = make_pack();
  ASSERT_NE(pack, nullptr);
  const IdentityKey key = IdentityKey::public_key();
  std::mt19937 random(21);
  std::vector<Told> all = random_objects(&random, 400);
  const Table wanted = slow_table(*pack, key, all);
  ASSERT_GT(wanted.secrets.size(), 15U);
  for (const std::uint64_t memory :
       {std::uint64_t{0}, std::uint64_t{5000}, std::uint64_t{1} << 30}) {
    for (const unsigned threads : {1U, 2U, 8U}) {
      std::shuffle(all.begin(), all.end(), random);
      Workers workers(threads);
      Collector collector(memory);
      std::vector<SecretMemo> memos(threads, SecretMemo(pack.get(), &key));
      std::vector<std::vector<std::uint32_t>> numbers(all.size());
      workers.run(all.size(), [&](unsigned worker, std::size_t i) {
        numbers[i] = collector.add(all[i].object, all[i].bytes, all[i].offset, all[i].matches,
                                   &memos[worker]);
      });
      ASSERT_TRUE(collector.finish().ok());
      ASSERT_TRUE(table_of(collector) == wanted) << memory << " bytes, " << threads << " threads";
      // Each call was told the numbers of its own secrets, in order.
      for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_TRUE(std::is_sorted(numbers[i].begin(), numbers[i].end()));
        std::multiset<Identity> told;
        for (const std::uint32_t number : numbers[i]) {
          told.insert(collector.secrets()[number].identity);
        }
        std::set<Identity> distinct;
        for (const Match& match : all[i].matches) {
          distinct.insert(identity_of(*pack, key, all[i], match));
        }
        ASSERT_TRUE(std::equal(told.begin(), told.end(), distinct.begin(), distinct.end()));
      }
    }
  }
}

TEST(Collector, HasNothingWhereNothingWasFound) {
  const auto pack = make_pack();
  ASSERT_NE(pack, nullptr);
  const IdentityKey key = IdentityKey::public_key();
  Collector collector(0);
  SecretMemo memo(pack.get(), &key);
  EXPECT_TRUE(collector.add({}, "bytes", 0, {}, &memo).empty());
  ASSERT_TRUE(collector.finish().ok());
  EXPECT_TRUE(collector.secrets().empty());
  ASSERT_TRUE(collector.detections(0).ok());
  EXPECT_TRUE(collector.detections(0)->empty());
}

}  // namespace
}  // namespace dragnet
