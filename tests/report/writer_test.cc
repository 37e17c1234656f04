// What holds for every format: errors of the sink, streaming, and that a report which was cut off
// shows it.
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/sample_findings.h"

namespace dragnet::testing {
namespace {

class Writer : public ::testing::TestWithParam<const char*> {};

TEST_P(Writer, GivesBackTheFirstErrorOfTheSinkAndStops) {
  for (int good_calls = 0; good_calls < 6; ++good_calls) {
    int calls = 0;
    auto writer = make_report_writer(GetParam(), {}, [&](ByteView) -> Status {
      if (++calls <= good_calls) return ok_status();
      return unreadable_error("disk full, call " + std::to_string(calls));
    });
    ASSERT_TRUE(writer.ok());
    for (const Finding& finding : sample_findings()) writer.value()->finding(finding);
    const Status status = writer.value()->end(complete_summary());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, "disk full, call " + std::to_string(good_calls + 1));
    EXPECT_EQ(calls, good_calls + 1) << "called again after an error";
  }
}

TEST_P(Writer, WritesEachFindingWhenItComes) {
  std::size_t written = 0;
  auto writer = make_report_writer(GetParam(), {}, [&](ByteView bytes) {
    written += bytes.size();
    return ok_status();
  });
  for (const Finding& finding : sample_findings()) {
    const std::size_t before = written;
    writer.value()->finding(finding);
    EXPECT_GT(written, before + 200);
  }
}

// The report's bytes after `count` findings and no `end`.
std::string cut_off(const char* format, std::size_t count) {
  std::string out;
  auto writer = make_report_writer(format, {}, [&](ByteView bytes) {
    out += bytes;
    return ok_status();
  });
  const std::vector<Finding> findings = sample_findings();
  for (std::size_t i = 0; i < count; ++i) writer.value()->finding(findings[i]);
  return out;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

TEST(CutOff, JsonAndSarifDoNotParse) {
  for (const char* format : {"json", "sarif"}) {
    for (std::size_t count = 0; count <= 5; ++count) {
      EXPECT_FALSE(parse_json(cut_off(format, count), format).ok()) << format << count;
    }
    EXPECT_TRUE(parse_json(render(format, {}, {}, complete_summary()), format).ok());
    EXPECT_TRUE(parse_json(render(format, {}, sample_findings(), complete_summary()), format).ok());
  }
}

TEST(CutOff, NoPrefixOfAJsonDocumentParses) {
  for (const char* format : {"json", "sarif"}) {
    std::string whole = render(format, {}, {sample_findings()[0]}, complete_summary());
    whole.resize(whole.size() - 2);  // without "}\n"
    for (std::size_t size = 0; size < whole.size(); size += 97) {
      EXPECT_FALSE(parse_json(whole.substr(0, size), format).ok());
    }
    EXPECT_FALSE(parse_json(whole, format).ok());
  }
}

TEST(CutOff, JsonLinesLackTheSummary) {
  for (std::size_t count = 0; count <= 5; ++count) {
    EXPECT_EQ(cut_off("jsonl", count).find(R"("type":"summary")"), std::string::npos);
  }
  const std::string whole = render("jsonl", {}, sample_findings(), complete_summary());
  EXPECT_EQ(last_line(whole).find(R"({"type":"summary",)"), 0u);
}

TEST(CutOff, TextLacksTheFinalLine) {
  for (std::size_t count = 0; count <= 5; ++count) {
    const std::string line = last_line(cut_off("text", count));
    EXPECT_EQ(line.find("clean:"), std::string::npos);
    EXPECT_EQ(line.find("INCOMPLETE"), std::string::npos);
    EXPECT_EQ(line.find(" finding"), std::string::npos) << line;
  }
}

TEST_P(Writer, IsDeterministic) {
  EXPECT_EQ(render(GetParam(), {}, sample_findings(), incomplete_summary()),
            render(GetParam(), {}, sample_findings(), incomplete_summary()));
}

INSTANTIATE_TEST_SUITE_P(Format, Writer, ::testing::Values("text", "json", "jsonl", "sarif"),
                         [](const auto& format) { return std::string(format.param); });

TEST(MakeReportWriter, NamesTheFormatsItHas) {
  const auto writer = make_report_writer("xml", {}, [](ByteView) { return ok_status(); });
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(writer.error().text(),
            "unknown report format 'xml'; choose one of text, json, jsonl, sarif");
}

}  // namespace
}  // namespace dragnet::testing
