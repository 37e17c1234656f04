#include "match/source_map.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "match/encode.h"

namespace dragnet {
namespace {

TEST(SourceMap, NamesTheFileOfAPlace) {
  const std::string first = test_support::to_escapes("const a = \"1\";\n");
  const std::string second = test_support::to_escapes("const key = \"in b\";\n");
  const std::string names = R"("sources": ["src/a.ts", "x", "src/\u0062.ts"])";
  const std::string texts = "\"sourcesContent\":[\"" + first + "\" , null,\n\"" + second + "\"]";
  for (const std::string& map : {"{\"version\":3," + names + "," + texts + "}",
                                 "{" + texts + ", \"names\": [], " + names + "}"}) {
    EXPECT_EQ(source_at(map, map.find("const a")), "src/a.ts");
    EXPECT_EQ(source_at(map, map.find("in b")), "src/b.ts");
    EXPECT_EQ(source_at(map, 0), std::nullopt);
    EXPECT_EQ(source_at(map, map.size() - 1), std::nullopt);
    EXPECT_EQ(source_at(map, map.find("src/a.ts")), std::nullopt);
  }
}

TEST(SourceMap, AnyBytesAreFine) {
  static constexpr const char* kPieces[] = {"\"sources\"", "\"sourcesContent\"",
                                            ":",           "[",
                                            "]",           "{",
                                            "}",           "\"",
                                            "\\",          "a",
                                            ",",           " ",
                                            "null",        "\n"};
  std::mt19937 random(8);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t i = random() % 30; i-- > 0;) text += kPieces[random() % std::size(kPieces)];
    (void)source_at(text, random() % (text.size() + 1));
  }
}

}  // namespace
}  // namespace dragnet
