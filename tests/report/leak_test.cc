// No secret in any format, in any field, in any spelling that the format undoes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "report/random_report.h"

namespace dragnet::testing {
namespace {

void collect_strings(const Json& value, std::string* out) {
  if (value.is_string()) *out += value.get<std::string>() + "\n";
  if (!value.is_structured()) return;
  for (const Json& item : value) collect_strings(item, out);
}

std::string percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && std::isxdigit(text[at + 1]) &&
        std::isxdigit(text[at + 2])) {
      out += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

// All that a reader of the report can get out of it.
std::string readable(const std::string& format, const std::string& report) {
  std::string out = report;
  if (format == "json" || format == "sarif") {
    collect_strings(parse_json(report, "report").value(), &out);
  } else if (format == "jsonl") {
    for (std::size_t at = 0; at < report.size();) {
      const std::size_t end = report.find('\n', at);
      collect_strings(parse_json(report.substr(at, end - at), "line").value(), &out);
      at = end + 1;
    }
  }
  std::string without_breaks;  // text wraps at spaces
  for (const char c : out) {
    if (c != '\n') without_breaks += c;
  }
  return out + percent_decoded(out) + without_breaks;
}

class Leak : public ::testing::TestWithParam<const char*> {};

// Secrets of capitals and punctuation among lower-case text, so that a byte of one is nobody
// else's; none so weak that a name might hold it by chance (`kChanceBits`).
TEST_P(Leak, NoReportHoldsASecret) {
  std::mt19937 random(8);
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ@+ {}";
  for (int round = 0; round < 150; ++round) {
    std::vector<std::string> secrets;
    Redactor redactor;
    for (int i = 0; i < 4; ++i) {
      std::string secret;
      for (std::size_t n = 20 + random() % 40; n > 0; --n) {
        secret += kLetters[random() % kLetters.size()];
      }
      secret.front() = 'Q';
      secret.back() = 'Z';
      secrets.push_back(secret);
      redactor.add(secret);
    }
    const TextMaker text = [&] {
      std::string out = "pre-";
      for (std::size_t n = random() % 4; n > 0; --n) {
        out += secrets[random() % secrets.size()];
        if (random() % 2 == 0) out += "/mid.";
      }
      return out;
    };
    std::vector<Finding> findings;
    for (const std::string& secret : secrets) {
      findings.push_back(random_finding(&random, text, secret));
    }
    ReportOptions options;
    options.redactor = &redactor;
    options.explain = true;
    options.colour = round % 2 == 0;
    options.width = 40 + static_cast<std::uint32_t>(random() % 100);
    const std::string report =
        readable(GetParam(), render(GetParam(), options, findings, random_summary(text)));
    for (const std::string& secret : secrets) {
      ASSERT_THAT(report, ::testing::Not(::testing::HasSubstr(secret)));
      // Not even a piece of it, wherever it was cut: the first half and the second half.
      ASSERT_THAT(report,
                  ::testing::Not(::testing::HasSubstr(secret.substr(0, secret.size() / 2 + 2))));
      ASSERT_THAT(report,
                  ::testing::Not(::testing::HasSubstr(secret.substr(secret.size() / 2 - 1))));
    }
  }
}

TEST_P(Leak, WithoutARedactorAFindingStillGuardsItsOwnNames) {
  Finding finding = sample_findings()[2];
  finding.occurrences[0].author_email = "x";
  const std::string report =
      readable(GetParam(), render(GetParam(), {}, {finding}, complete_summary()));
  EXPECT_EQ(report.find(finding.secret), std::string::npos);
  EXPECT_EQ(report.find(finding.secret.substr(0, 6)), std::string::npos);
}

TEST_P(Leak, SecretsAndNamesAreShownWhenAsked) {
  const Finding finding = sample_findings()[2];
  Redactor redactor;
  redactor.add(finding.secret);
  ReportOptions options;
  options.redactor = &redactor;
  options.show_secrets = true;
  const std::string report = render(GetParam(), options, {finding}, complete_summary());
  const bool shown = report.find("backup/" + finding.secret + ".csv") != std::string::npos;
  EXPECT_EQ(shown, std::string(GetParam()) != "sarif") << "SARIF shows none, ever";
}

INSTANTIATE_TEST_SUITE_P(Format, Leak, ::testing::Values("text", "json", "jsonl", "sarif"),
                         [](const auto& format) { return std::string(format.param); });

}  // namespace
}  // namespace dragnet::testing
