#include "base/json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace dragnet {
namespace {

TEST(Json, RoundTripsAndKeepsTheOrderOfMembers) {
  const std::string text =
      R"({"z":1,"a":[true,false,null,-1,1.5,"\u00e9\n"],"m":{"b":{},"a":[]},"":18446744073709551615})";
  const auto value = parse_json(text, "test");
  ASSERT_TRUE(value.ok());
  const std::string out = dump_json(value.value());
  EXPECT_EQ(out,
            "{\"z\":1,\"a\":[true,false,null,-1,1.5,\"\xc3\xa9\\n\"],\"m\":{\"b\":{},\"a\":[]},"
            "\"\":18446744073709551615}");
  EXPECT_EQ(dump_json(parse_json(out, "test").value()), out);
}

TEST(Json, IndentsWhereAsked) {
  const Json value = {{"a", {1, 2}}};
  EXPECT_EQ(dump_json(value, 2), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

TEST(Json, NamesWhatIsNoJson) {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":}", "{a:1}", "'a'", "nul", "1 2", "[1] x",
                           "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "\"\n\""}) {
    const auto value = parse_json(text, "report r.json");
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(value.error().message.find("report r.json"), 0U) << value.error().message;
  }
}

TEST(Json, DumpsAnyBytesAsValidUtf8) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(dump_json(Json("a\xff"
                           "b")),
            "\"a" + replacement + "b\"");
  EXPECT_EQ(dump_json(Json("\xc3")), "\"" + replacement + "\"");
  EXPECT_EQ(dump_json(Json({{"\xfe", 1}})), "{\"" + replacement + "\":1}");
  std::mt19937 random(8);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) {
      // Mostly bytes that start or go on with a sequence.
      c = static_cast<char>(random() % 4 == 0 ? random() & 0xff : 0x80 | (random() & 0x7f));
    }
    const std::string out = dump_json(Json(bytes));
    const auto again = parse_json(out, "test");
    ASSERT_TRUE(again.ok()) << out;  // the parser takes nothing but UTF-8
    ASSERT_TRUE(again->is_string());
    // What was valid stays as it was.
    if (out.find(replacement) == std::string::npos) {
      ASSERT_EQ(again->get<std::string>(), bytes);
    }
  }
}

TEST(Json, DumpsNumbersThatJsonHasNoWordFor) {
  EXPECT_EQ(dump_json(Json(std::numeric_limits<double>::quiet_NaN())), "null");
  EXPECT_EQ(dump_json(Json(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(dump_json(Json(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
}

// The parser and the destructor keep stacks of their own.
TEST(Json, SurvivesDeepNesting) {
  const std::size_t depth = 300000;
  EXPECT_TRUE(parse_json(std::string(depth, '[') + std::string(depth, ']'), "deep").ok());
  EXPECT_FALSE(parse_json(std::string(depth, '['), "deep").ok());
  std::string objects;
  for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parse_json(objects, "deep").ok());
}

}  // namespace
}  // namespace dragnet
