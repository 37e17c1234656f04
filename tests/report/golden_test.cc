// Each format, byte for byte, on handmade findings. With DRAGNET_UPDATE_GOLDEN=1 in the environment
// the files are written instead of compared; then read the difference before committing it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "report/sample_findings.h"

namespace dragnet::testing {
namespace {

void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(DRAGNET_GOLDEN_DIR) + "/" + name;
  if (std::getenv("DRAGNET_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str()) << path;
}

ReportOptions plain_options(const Redactor& redactor) {
  ReportOptions options;
  options.as_of = kAsOf;
  options.redactor = &redactor;
  return options;
}

class Golden : public ::testing::TestWithParam<const char*> {};

TEST_P(Golden, FindingsAndIncomplete) {
  Redactor redactor;
  add_secrets(sample_findings(), &redactor);
  const std::string format = GetParam();
  expect_golden("findings." + format,
                render(format, plain_options(redactor), sample_findings(), incomplete_summary()));
}

TEST_P(Golden, Clean) {
  Redactor redactor;
  const std::string format = GetParam();
  expect_golden("clean." + format, render(format, plain_options(redactor), {}, complete_summary()));
}

INSTANTIATE_TEST_SUITE_P(Format, Golden, ::testing::Values("text", "json", "jsonl", "sarif"),
                         [](const auto& format) { return std::string(format.param); });

TEST(GoldenText, ColouredNarrowAndExplained) {
  Redactor redactor;
  add_secrets(sample_findings(), &redactor);
  ReportOptions options = plain_options(redactor);
  options.colour = true;
  options.explain = true;
  options.width = 64;
  expect_golden("explained.text", render("text", options, sample_findings(), complete_summary()));
}

}  // namespace
}  // namespace dragnet::testing
