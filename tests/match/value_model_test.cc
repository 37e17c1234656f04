#include "match/value_model.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "match/language_model.h"
#include "match/value_features.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

float odds_of(const std::string& text, std::uint64_t word_end) {
  const auto found = parse_assignment({parse_name_word("password").value()}, text, word_end);
  EXPECT_TRUE(found) << text;
  if (!found) return 0;
  return ValueModel::standard().log_odds(value_features(LanguageModel::standard(), text, *found));
}

float odds(const std::string& value) { return odds_of("password = \"" + value + "\"", 8); }

TEST(ValueModel, TellsSecretsFromOthers) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_GT(odds(expand_sample("{{ base62{24} }}", seed).value()), 0);
    EXPECT_GT(odds(expand_sample("{{ base62{9} \"!\" digit{2} }}", seed).value()), 0);
  }
  for (const char* value : {"changeme", "your_password", "password123", "config.password",
                            "/etc/passwd", "xxxxxxxx", "********", "1.2.3", "SomeClassName"}) {
    EXPECT_LT(odds(value), 0) << value;
  }
}

TEST(ValueModel, RefusesWhatItCannotRead) {
  EXPECT_FALSE(ValueModel::parse("").ok());
  EXPECT_FALSE(ValueModel::parse("features a b c\n").ok());
  std::string features = "features";
  for (std::size_t i = 0; i < kValueFeatures; ++i) features += " " + std::string(feature_name(i));
  EXPECT_TRUE(ValueModel::parse(features + "\nbias 1\ntree 1\nleaf 2\n").ok());
  EXPECT_FALSE(
      ValueModel::parse(features + "\ntree 2\nlength 3 1\nleaf 2\n").ok());  // no right child
  EXPECT_FALSE(ValueModel::parse(features + "\ntree 3\nlength 3 0\nleaf 2\nleaf 1\n").ok());
  EXPECT_FALSE(ValueModel::parse(features + "\ntree 3\nlength 3 1\nleaf 2\n").ok());  // cut off
  EXPECT_FALSE(ValueModel::parse(features + "\ntree 1\nlength x\n").ok());
  EXPECT_FALSE(ValueModel::parse(features + "\nnonsense\n").ok());
}

TEST(ValueModel, WalksItsTrees) {
  std::string text = "features";
  for (std::size_t i = 0; i < kValueFeatures; ++i) text += " " + std::string(feature_name(i));
  text += "\nbias 0.5\nname db 1.5\ntree 3\nlength 3 1\nleaf -1\nleaf 2\n";
  const auto model = ValueModel::parse(text);
  ASSERT_TRUE(model.ok());
  ValueFeatures features{};
  features[0] = 3;
  EXPECT_FLOAT_EQ(model->log_odds(features), -0.5F);
  features[0] = 4;
  EXPECT_FLOAT_EQ(model->log_odds(features), 2.5F);
  EXPECT_FLOAT_EQ(model->name_weight("db"), 1.5F);
  EXPECT_FLOAT_EQ(model->name_weight("none"), 0);
}

// A tree as its file has it, walked from the root.
struct SlowTree {
  struct Node {
    std::size_t feature = 0;
    float value = 0;
    std::size_t left = 0;  // 0: a leaf
  };
  std::vector<Node> nodes{1};

  float walk(const ValueFeatures& features) const {
    std::size_t at = 0;
    while (nodes[at].left != 0) {
      at = nodes[at].left + (features[nodes[at].feature] > nodes[at].value ? 1 : 0);
    }
    return nodes[at].value;
  }
  std::string text() const {
    std::string out = "tree " + std::to_string(nodes.size()) + "\n";
    for (const Node& node : nodes) {
      out += node.left == 0 ? "leaf" : std::string(feature_name(node.feature));
      out += " " + std::to_string(node.value);
      out += node.left == 0 ? "\n" : " " + std::to_string(node.left) + "\n";
    }
    return out;
  }
};

// Thresholds and features are small whole numbers, so that many are equal.
SlowTree random_tree(std::mt19937* random) {
  SlowTree tree;
  const std::size_t leaves = 1 + (*random)() % 32;
  while (tree.nodes.size() + 2 < 2 * leaves) {
    const std::size_t at = (*random)() % tree.nodes.size();
    if (tree.nodes[at].left != 0) continue;
    tree.nodes[at].feature = (*random)() % 5;
    tree.nodes[at].left = tree.nodes.size();
    tree.nodes.resize(tree.nodes.size() + 2);
  }
  for (SlowTree::Node& node : tree.nodes) {
    node.value = static_cast<float>((*random)() % 7);
    if (node.left == 0) node.value *= 0.125F;
  }
  return tree;
}

TEST(ValueModel, FindsTheLeavesThatAWalkFromTheRootFinds) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string text = "features";
    for (std::size_t i = 0; i < kValueFeatures; ++i) text += " " + std::string(feature_name(i));
    text += "\nbias 0.25\n";
    std::vector<SlowTree> trees(1 + random() % 9);
    for (SlowTree& tree : trees) text += (tree = random_tree(&random)).text();
    const auto model = ValueModel::parse(text);
    ASSERT_TRUE(model.ok()) << text;
    for (int i = 0; i < 50; ++i) {
      ValueFeatures features{};
      for (std::size_t f = 0; f < 5; ++f) features[f] = static_cast<float>(random() % 8);
      float wanted = 0.25F;
      for (const SlowTree& tree : trees) wanted += tree.walk(features);
      ASSERT_EQ(model->log_odds(features), wanted) << text;
    }
  }
}

TEST(LanguageModel, KnowsWords) {
  const LanguageModel& model = LanguageModel::standard();
  EXPECT_TRUE(model.reads_as_words("some_name.with-words"));
  EXPECT_FALSE(model.reads_as_words("xkqzvwp"));
  EXPECT_FALSE(model.reads_as_words("word7"));
  EXPECT_EQ(model.words("userPassword").covered, 1);
  EXPECT_EQ(model.words("").count, 0U);
  EXPECT_LT(model.bits_per_letter("password"), model.bits_per_letter("xkqzvwpj"));
}

TEST(LanguageModel, RefusesWhatItCannotRead) {
  EXPECT_FALSE(LanguageModel::parse("").ok());
  EXPECT_FALSE(LanguageModel::parse("trigrams\nshort\n").ok());
  std::string text = "trigrams\n";
  for (int i = 0; i < 27; ++i) text += std::string(27 * 27, '!') + "\n";
  EXPECT_TRUE(LanguageModel::parse(text + "words\nabc abd\n").ok());
  EXPECT_FALSE(LanguageModel::parse(text + "words\nabd abc\n").ok());
  EXPECT_FALSE(LanguageModel::parse(text + "words\nAbc\n").ok());
}

TEST(NameParts, AreSplit) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(name_parts("dbPassword_1"), (Parts{"db", "password"}));
  EXPECT_EQ(name_parts("AWS_SECRET-key"), (Parts{"aws", "secret", "key"}));
  EXPECT_EQ(name_parts("HTTPServer.Token"), (Parts{"http", "server", "token"}));
  EXPECT_EQ(name_parts(""), Parts{});
}

// Any bytes, any length: nothing to assert but that it returns a number.
TEST(ValueFeatures, TakeAnyValue) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string value = expand_sample("{{ graph{3,200} }}", seed).value();
    std::string text = "password=" + value;
    const auto found = parse_assignment({parse_name_word("password").value()}, text, 8);
    if (!found) continue;
    for (const float feature : value_features(LanguageModel::standard(), text, *found)) {
      EXPECT_TRUE(feature == feature) << text;
    }
  }
}

}  // namespace
}  // namespace dragnet
