#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "report/escape.h"
#include "report/excerpt.h"
#include "report/sample_findings.h"
#include "report/text_style.h"

namespace dragnet::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const std::vector<Finding>& findings, const Summary& summary) {
  ReportOptions options;
  options.as_of = kAsOf;
  return render("text", options, findings, summary);
}

TEST(TextReport, SaysCleanOnlyWhenItIs) {
  EXPECT_THAT(text_of({}, complete_summary()), EndsWith("\nclean: no findings\n"));

  Summary incomplete = complete_summary();
  incomplete.incomplete = {{"", "a.pack", "truncated"}};
  EXPECT_THAT(text_of({}, incomplete),
              EndsWith("\nINCOMPLETE: 1 item was not scanned; no findings in what was\n"));
  EXPECT_THAT(text_of({}, incomplete), Not(HasSubstr("clean")));

  Summary hidden = complete_summary();
  hidden.hidden = 1;
  EXPECT_THAT(text_of({}, hidden),
              EndsWith("\nnothing at or above the least score; 1 finding below it\n"));

  // One of the five is suppressed.
  EXPECT_THAT(text_of(sample_findings(), complete_summary()), EndsWith("\n4 findings\n"));

  Summary suppressed = complete_summary();
  suppressed.suppressed = 3;
  suppressed.suppressed_inline = 1;
  EXPECT_THAT(text_of({}, suppressed), EndsWith("\nclean: no findings that are not suppressed\n"));
  EXPECT_THAT(text_of({}, suppressed),
              HasSubstr("3: 2 by .gitleaksignore, 1 by inline markers; --all shows them\n"));
}

TEST(TextReport, ListsTenThingsThatWereNotScanned) {
  const std::string text = text_of({}, incomplete_summary());
  EXPECT_THAT(text, HasSubstr("data/\\x1b[1m\\xff/"));
  EXPECT_THAT(text, HasSubstr(": permission denied\n"));
  EXPECT_THAT(text, HasSubstr("\n     and 2 more\n"));
}

TEST(TextReport, HasColourOnlyWhenAsked) {
  EXPECT_THAT(text_of(sample_findings(), incomplete_summary()), Not(HasSubstr("\x1b")));
  ReportOptions options;
  options.colour = true;
  EXPECT_THAT(render("text", options, sample_findings(), complete_summary()),
              HasSubstr("\x1b[1;7mghp_****(40)\x1b[0m"));
}

TEST(TextReport, WithoutColourCodesIsTheSame) {
  ReportOptions options;
  options.as_of = kAsOf;
  const std::string plain = render("text", options, sample_findings(), incomplete_summary());
  options.colour = true;
  std::string coloured = render("text", options, sample_findings(), incomplete_summary());
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
       at = coloured.find('\x1b', at)) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(TextReport, TellsWhatBecameOfIt) {
  Finding finding = sample_findings()[0];
  finding.occurrences.resize(1);
  Occurrence& o = finding.occurrences[0];
  EXPECT_THAT(text_of({finding}, complete_summary()),
              HasSubstr("removed in cccccccccc, but still"));
  o.removed_in.reset();
  EXPECT_THAT(text_of({finding}, complete_summary()), HasSubstr("at no branch tip, but in the"));
  o.at_tip = true;
  EXPECT_THAT(text_of({finding}, complete_summary()),
              HasSubstr("still at a branch tip (in main, "));
  o.at_tip = false;
  o.refs.clear();
  o.ref_count = 0;
  EXPECT_THAT(text_of({finding}, complete_summary()), HasSubstr("only in a dangling commit"));
  o.commit.reset();
  EXPECT_THAT(text_of({finding}, complete_summary()), HasSubstr("no commit names it"));
}

TEST(TextReport, NamesARepositoryWhenItChanges) {
  const std::string text = text_of(
      {sample_findings()[0], sample_findings()[1], sample_findings()[2]}, complete_summary());
  const std::string first = "in        https://git.example.org/acme/widgets.git\n";
  EXPECT_NE(text.find(first), std::string::npos);
  EXPECT_EQ(text.find(first), text.rfind(first));
  EXPECT_THAT(text, HasSubstr("in        git@git.example.org:acme/tools.git\n"));
}

TEST(TextReport, NamesNoRepositoryForStandardInput) {
  EXPECT_THAT(text_of({sample_findings()[3]}, complete_summary()), Not(HasSubstr("     in   ")));
}

TEST(TextReport, ManyOccurrencesAreCounted) {
  EXPECT_THAT(text_of(sample_findings(), complete_summary()), HasSubstr("2,498 more places"));
}

TEST(ExcerptLine, FitsAndHoldsTheRedactedSecret) {
  std::mt19937 random(7);
  const ReportOptions options;
  const TextStyle style(false);
  for (int i = 0; i < 5000; ++i) {
    const auto text = [&](std::size_t most) {
      std::string out;
      constexpr const char* kSome[] = {"a",    " ",   "=", "\t", "\xc3\xa9", "\xe6\x97\xa5",
                                       "\x1b", "\xff"};
      for (std::size_t n = random() % most; n > 0; --n) out += kSome[random() % 8];
      return out;
    };
    const std::string secret = "SECRET" + std::string(10 + random() % 40, 'X');
    const std::string before = text(80), after = text(80);
    const Excerpt excerpt{before + secret + after,
                          {{before.size(), before.size() + secret.size()}}};
    ReportNames names(options);
    names.set_own_secret(secret);
    const std::size_t columns = 20 + random() % 80;
    const std::string line = excerpt_line(excerpt, names, style, columns);
    ASSERT_LE(display_columns(line), columns) << line;
    ASSERT_THAT(line, HasSubstr("SECR****(" + std::to_string(secret.size()) + ")"));
    ASSERT_THAT(line, Not(HasSubstr("SECRE")));
  }
}

TEST(ExcerptLine, CutsAroundTheSecret) {
  const ReportOptions options;
  const ReportNames names(options);
  const TextStyle style(false);
  const Excerpt excerpt{std::string(100, 'b') + " key=" + "0123456789" + std::string(100, 'c'),
                        {{105, 115}}};
  EXPECT_EQ(excerpt_line(excerpt, names, style, 40), "...bbbbbbbbbbbbbb key=****(10)ccccccc...");
  EXPECT_EQ(excerpt_line({"  no secret here", {}}, names, style, 40), "no secret here");
  EXPECT_EQ(excerpt_line({}, names, style, 40), "");
}

TEST(ExcerptLine, ShowsNothingOfARangeThatIsNoFrontOfTheSecret) {
  const ReportOptions options;
  ReportNames names(options);
  names.set_own_secret("0123456789abcdefghijklmnop");
  const TextStyle style(false);
  // The middle of the secret, as a line of a block; and another spelling of it.
  EXPECT_EQ(excerpt_line({"x ghijklmnop", {{2, 12}}}, names, style, 40), "x ****(10)");
  EXPECT_EQ(excerpt_line({"x MDEyMzQ1Njc4OWFiY2RlZg==", {{2, 26}}}, names, style, 40),
            "x ****(24)");
  // Ranges outside the text, or upside down, are no crash.
  EXPECT_EQ(excerpt_line({"short", {{3, 900}, {800, 900}, {2, 1}}}, names, style, 40),
            "sho****(2)");
}

// A weak password may stand in a path by chance, but in a line of text it is masked, though the
// line is another finding's.
TEST(ExcerptLine, MasksAnotherFindingsWeakSecret) {
  Redactor redactor;
  redactor.add("hunter2");
  ReportOptions options;
  options.redactor = &redactor;
  ReportNames names(options);
  names.set_own_secret("Zx81kQ0vTn57rWbG");
  EXPECT_EQ(excerpt_line({"p=hunter2 k=Zx81kQ0vTn57rWbG", {{12, 28}}}, names, TextStyle(false), 60),
            "p=****(7) k=Zx81****(16)");
  EXPECT_EQ(names.name("hunter2/Zx81kQ0vTn57rWbG"), "hunter2/Zx81****(16)");
}

TEST(ExcerptLine, InClearWhenAsked) {
  ReportOptions options;
  options.show_secrets = true;
  const ReportNames names(options);
  EXPECT_EQ(excerpt_line({"a=secret;", {{2, 8}, {4, 6}}}, names, TextStyle(true), 40),
            "a=\x1b[1;7msecret\x1b[0m;");
}

TEST(TextStyle, Numbers) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(size_text(1), "1 byte");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(999'999), "1.0 MB");
  EXPECT_EQ(size_text(8'100'000'000), "8.1 GB");
  EXPECT_EQ(fixed(0.126, 2), "0.13");
}

TEST(TextStyle, WrapsAtSpaces) {
  EXPECT_EQ(wrap_text("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrap_text("averyveryverylongword x", 5, 0), "averyveryverylongword\nx");
  EXPECT_EQ(wrap_text("  ", 5, 0), "");
}

TEST(FindingWords, CoverTheBands) {
  EXPECT_EQ(to_string(severity_of(100)), "critical");
  EXPECT_EQ(to_string(severity_of(90)), "critical");
  EXPECT_EQ(to_string(severity_of(89)), "high");
  EXPECT_EQ(to_string(severity_of(70)), "high");
  EXPECT_EQ(to_string(severity_of(69)), "medium");
  EXPECT_EQ(to_string(severity_of(50)), "medium");
  EXPECT_EQ(to_string(severity_of(49)), "low");
  EXPECT_EQ(to_string(severity_of(0)), "low");
  EXPECT_EQ(to_string(SourceKind::kArchiveEntry), "archive-entry");
  EXPECT_EQ(to_string(Confidence::kConfirmedOffline), "confirmed-offline");
}

}  // namespace
}  // namespace dragnet::testing
