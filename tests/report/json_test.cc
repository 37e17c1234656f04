#include "base/json.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "report/escape.h"
#include "report/sample_findings.h"

namespace dragnet::testing {
namespace {

Json report_of(const ReportOptions& options, const std::vector<Finding>& findings,
               const Summary& summary) {
  auto value = parse_json(render("json", options, findings, summary), "report");
  EXPECT_TRUE(value.ok());
  return std::move(value.value());
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

// The bytes behind a string of "latin1" encoding.
std::string bytes_of(const Json& text) {
  const std::string utf8 = text.get<std::string>();
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    char32_t c = 0;
    at += decode_utf8(utf8, at, &c);
    EXPECT_LT(c, 256u);
    out += static_cast<char>(c);
  }
  return out;
}

// The fields of the report format, in its order; ours beside them are `explain` and `ref_count`.
TEST(JsonReport, HasEveryFieldInOrder) {
  ReportOptions options;
  options.explain = true;
  const Json report = report_of(options, sample_findings(), complete_summary());
  EXPECT_EQ(keys(report), (std::vector<std::string>{"schema", "findings", "summary"}));
  EXPECT_EQ(keys(report["findings"][0]), (std::vector<std::string>{"type",
                                                                   "id",
                                                                   "rule",
                                                                   "category",
                                                                   "sensitivity",
                                                                   "kind",
                                                                   "score",
                                                                   "explain",
                                                                   "severity",
                                                                   "confidence",
                                                                   "entropy",
                                                                   "secret",
                                                                   "decoded_through",
                                                                   "suppressed",
                                                                   "state",
                                                                   "validity",
                                                                   "account",
                                                                   "detail",
                                                                   "published",
                                                                   "visibility",
                                                                   "owners",
                                                                   "first_seen",
                                                                   "remediation",
                                                                   "also",
                                                                   "aliases",
                                                                   "occurrences",
                                                                   "occurrence_count"}));
  EXPECT_EQ(keys(report["findings"][0]["occurrences"][0]),
            (std::vector<std::string>{"repository", "permalink", "object", "object_type", "path",
                                      "commit", "author_name", "author_email", "date", "line",
                                      "column", "end_line", "end_column", "start", "end", "at_tip",
                                      "refs", "ref_count", "removed_in"}));
  EXPECT_EQ(keys(report["summary"]),
            (std::vector<std::string>{"type", "schema", "config_applied", "dragnet", "rules",
                                      "identity_key", "targets", "objects", "bytes", "as_of",
                                      "incomplete", "findings", "suppressed", "hidden"}));
}

TEST(JsonReport, ExplainsOnlyWhenAsked) {
  const Json report = report_of({}, sample_findings(), complete_summary());
  EXPECT_FALSE(report["findings"][0].contains("explain"));
}

TEST(JsonReport, GivesStatsOnlyWhenAsked) {
  const Json report = report_of({}, {}, incomplete_summary());
  EXPECT_EQ(report["summary"]["bytes"]["scanned"], 1'360'000'000);
  EXPECT_EQ(report["summary"]["seconds"]["scan"], 0.988);
  EXPECT_EQ(report["summary"]["findings"],
            (Json{{"critical", 2}, {"high", 1}, {"medium", 1}, {"low", 1}}));
}

TEST(JsonReport, JudgesExpiryByAsOf) {
  std::vector<Finding> findings = {sample_findings()[3]};
  const auto state = [&](std::int64_t as_of) {
    ReportOptions options;
    options.as_of = as_of;
    return report_of(options, findings, complete_summary())["findings"][0]["validity"]["state"];
  };
  const std::int64_t expiry = *findings[0].expires_at;
  EXPECT_EQ(state(expiry - 1), "unknown");
  EXPECT_EQ(state(expiry), "expired");
  findings[0].expires_at.reset();
  EXPECT_EQ(state(expiry), "unknown");
}

TEST(JsonReport, PathsComeBackByteForByte) {
  std::mt19937 random(6);
  Finding finding = sample_findings()[4];
  for (int i = 0; i < 500; ++i) {
    std::string path;
    for (std::size_t n = random() % 20; n > 0; --n) {
      path += static_cast<char>(random() % (i % 2 == 0 ? 256 : 127));
    }
    finding.occurrences[0].path = path;
    Summary summary = complete_summary();
    summary.incomplete = {{"", path + "x", "no"}};
    const Json report = report_of({}, {finding}, summary);
    const auto back = [](const Json& holder) {
      return holder.contains("path_encoding") ? bytes_of(holder["path"])
                                              : holder["path"].get<std::string>();
    };
    const Json& occurrence = report["findings"][0]["occurrences"][0];
    ASSERT_EQ(back(occurrence), path);
    ASSERT_EQ(back(report["summary"]["incomplete"][0]), path + "x");
    ASSERT_EQ(occurrence.contains("path_encoding"), !is_utf8(path));
  }
}

TEST(JsonReport, ShowsSecretsOnlyWhenAskedAndThenByteForByte) {
  ReportOptions options;
  options.show_secrets = true;
  const std::vector<Finding> findings = sample_findings();
  const Json report = report_of(options, findings, complete_summary());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Json& shown = report["findings"][i];
    const bool latin1 = shown.contains("encoding");
    EXPECT_EQ(latin1, !is_utf8(findings[i].secret));
    EXPECT_EQ(latin1 ? bytes_of(shown["secret"]) : shown["secret"].get<std::string>(),
              findings[i].secret);
  }
  EXPECT_NE(render("json", options, findings, complete_summary()).find("\\u0001\\u00fe\\u0080"),
            std::string::npos);
  EXPECT_EQ(report_of({}, findings, complete_summary())["findings"][0]["secret"], "ghp_****(40)");
}

TEST(JsonReport, HasNullWhereThereIsNothing) {
  Finding finding = sample_findings()[1];
  finding.secret.clear();
  const Json shown = report_of({}, {finding}, complete_summary())["findings"][0];
  for (const char* key : {"secret", "suppressed", "account", "detail", "published", "first_seen"}) {
    EXPECT_TRUE(shown[key].is_null()) << key;
  }
  for (const char* key : {"permalink", "path", "commit", "date", "removed_in"}) {
    EXPECT_TRUE(shown["occurrences"][0][key].is_null()) << key;
  }
}

TEST(JsonReport, NeverPrintsANumberThatIsNone) {
  Finding finding = sample_findings()[0];
  finding.entropy = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(report_of({}, {finding}, complete_summary())["findings"][0]["entropy"], 0);
}

TEST(JsonReport, HundredThousandFindingsAreLines) {
  const Finding finding = sample_findings()[4];
  std::size_t lines = 0;
  auto writer = make_report_writer("jsonl", {}, [&](ByteView bytes) {
    lines += static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    return ok_status();
  });
  for (int i = 0; i < 100000; ++i) writer.value()->finding(finding);
  EXPECT_TRUE(writer.value()->end(complete_summary()).ok());
  EXPECT_EQ(lines, 100001u);
}

}  // namespace
}  // namespace dragnet::testing
