#include "match/value_model.h"

#include <gtest/gtest.h>

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
