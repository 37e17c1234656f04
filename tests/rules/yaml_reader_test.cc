// YAML as a tree, and what is refused of it.
#include "rules/yaml_reader.h"

#include <gtest/gtest.h>

namespace dragnet {
namespace {

YamlNode only(const std::string& text) {
  auto documents = parse_yaml(text, "f.yml");
  if (!documents || documents->size() != 1) {
    ADD_FAILURE() << text << (documents ? "" : documents.error().message);
    return {};
  }
  return documents->front();
}

std::string refused(const std::string& text) {
  const auto documents = parse_yaml(text, "f.yml");
  return documents ? "" : documents.error().message;
}

TEST(Yaml, ReadsScalarsListsAndMaps) {
  const YamlNode root =
      only("a: 1\nb:\n- x\n- 'y ''z'\n- |\n  two\n  lines\nc: {d: \"\\t\\u00e9\"}\n");
  EXPECT_EQ(root.kind, YamlNode::Kind::kMap);
  EXPECT_EQ(root.find("a")->text, "1");
  const YamlNode& list = *root.find("b");
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.line, 3U);
  EXPECT_EQ(list.items[1].text, "y 'z");
  EXPECT_EQ(list.items[1].line, 4U);
  EXPECT_EQ(list.items[2].text, "two\nlines\n");
  EXPECT_EQ(root.find("c")->find("d")->text, "\t\xc3\xa9");
  EXPECT_EQ(root.find("e"), nullptr);
  EXPECT_EQ(list.find("a"), nullptr);
}

TEST(Yaml, ReadsSeveralDocumentsAndNone) {
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2\n", "f")->size(), 2U);
  EXPECT_TRUE(parse_yaml("", "f")->empty());
  EXPECT_TRUE(parse_yaml("# nothing\n", "f")->empty());
}

TEST(Yaml, SaysWhereItIsWrong) {
  EXPECT_TRUE(refused("a: 1\nb: [1\nc: 2\n").starts_with("f.yml:3: YAML: "));
  EXPECT_TRUE(refused("a: 'x\n").starts_with("f.yml:2: YAML: "));
  EXPECT_NE(refused("a: \xff\n"), "");
  EXPECT_NE(refused(std::string("a: \0", 4)), "");
  EXPECT_NE(refused("? [a, b]\n: c\n"), "");
}

TEST(Yaml, RefusesWhatGrowsWithoutBound) {
  EXPECT_EQ(refused("a: &x [1]\nb: *x\n"),
            "f.yml:2: YAML: it has an alias, which is not read here");
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_EQ(refused(deep), "f.yml:1: YAML: it is nested deeper than 64");
  const std::string allowed = std::string(kMaxYamlNesting, '[') + std::string(kMaxYamlNesting, ']');
  EXPECT_EQ(refused(allowed), "");
  EXPECT_NE(refused(std::string(1'000'000, '[')), "");
  std::string many = "[";
  for (int i = 0; i < 1'000'001; ++i) many += "1,";
  EXPECT_NE(refused(many + "]").find("too many parts"), std::string::npos);
  EXPECT_NE(refused(std::string(17 << 20, ' ')).find("larger than 16 MiB"), std::string::npos);
}

}  // namespace
}  // namespace dragnet
