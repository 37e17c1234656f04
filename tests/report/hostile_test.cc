// Any bytes in any name: the report still is what its format says, and fit for a terminal.
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/random_report.h"
#include "report/terminal_safety.h"

namespace dragnet::testing {
namespace {

class Hostile : public ::testing::TestWithParam<const char*> {};

TEST_P(Hostile, AnyBytesAreSafeOnATerminal) {
  std::mt19937 random(9);
  const std::string format = GetParam();
  const TextMaker text = [&random] {
    std::string out;
    for (std::size_t n = random() % 60; n > 0; --n) {
      constexpr const char* kNasty[] = {"\x1b[2J", "\xe2\x80\xae", "\xc2\x9b", "\n",
                                        "\"",      "\\",           "%",        "{0}"};
      if (random() % 4 == 0) out += kNasty[random() % 8];
      out += static_cast<char>(random() % 256);
    }
    return out;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Finding> findings;
    Redactor redactor;
    for (int i = 0; i < 3; ++i) {
      Finding finding = random_finding(&random, text, text());
      finding.rule = text();
      finding.description = text();
      finding.remediation = text();
      for (Occurrence& o : finding.occurrences) {
        for (std::size_t n = random() % 3; n > 0; --n) {
          o.excerpt.secrets.push_back({random() % 90, random() % 90});
        }
      }
      redactor.add(finding.secret);
      findings.push_back(std::move(finding));
    }
    ReportOptions options;
    options.redactor = round % 2 == 0 ? &redactor : nullptr;
    options.explain = true;
    options.show_secrets = round % 5 == 0;
    options.width = static_cast<std::uint32_t>(random() % 120);
    const std::string report = render(format, options, findings, random_summary(text));
    ASSERT_EQ(unsafe_for_terminal(report), "");
    if (format == "text") continue;
    for (const char c : report) ASSERT_TRUE(c == '\n' || (c >= ' ' && c < 0x7f));
    if (format == "jsonl") {
      std::size_t lines = 0;
      for (std::size_t at = 0; at < report.size(); ++lines) {
        const std::size_t end = report.find('\n', at);
        ASSERT_TRUE(parse_json(report.substr(at, end - at), "line").ok());
        at = end + 1;
      }
      ASSERT_EQ(lines, 4u);
    } else {
      ASSERT_TRUE(parse_json(report, "report").ok());
    }
  }
}

TEST_P(Hostile, EnormousNamesAreNoProblem) {
  Finding finding = sample_findings()[0];
  Redactor redactor;
  redactor.add(finding.secret);
  Occurrence& o = finding.occurrences[0];
  o.path = std::string(1 << 20, 'p');
  o.author_name = std::string(1 << 20, '\x1b');
  o.refs = {std::string(1 << 20, '%')};
  o.excerpt = {std::string(1 << 20, '\0'), {{5, 1 << 19}}};
  ReportOptions options;
  options.redactor = &redactor;
  const std::string report = render(GetParam(), options, {finding}, complete_summary());
  EXPECT_EQ(unsafe_for_terminal(report), "");
  if (std::string(GetParam()) == "text") {
    EXPECT_LT(report.size(), 10000u);
  }
}

INSTANTIATE_TEST_SUITE_P(Format, Hostile, ::testing::Values("text", "json", "jsonl", "sarif"),
                         [](const auto& format) { return std::string(format.param); });

}  // namespace
}  // namespace dragnet::testing
