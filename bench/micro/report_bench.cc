// What writing a report costs, per finding and format.

#include <benchmark/benchmark.h>

#include <string>

#include "report/report.h"

namespace dragnet {

namespace {

Finding example_finding(int number) {
  Finding finding;
  finding.id = std::string(24, 'a') + std::to_string(10000000 + number);
  finding.rule = "example-token";
  finding.category = "vcs";
  finding.description = "Example token";
  finding.remediation = "Revoke it.";
  finding.score = 95;
  finding.severity = severity_of(95);
  finding.secret = "not a secret, number " + std::to_string(number);
  Occurrence occurrence;
  occurrence.repository = "https://example.invalid/team/project";
  occurrence.path = "src/config/settings.py";
  occurrence.commit = ObjectId::from_hex(std::string(40, 'b'));
  occurrence.object = ObjectId::from_hex(std::string(40, 'c'));
  occurrence.author_name = "A. Author";
  occurrence.author_email = "author@example.invalid";
  occurrence.date = 1700000000;
  occurrence.line = occurrence.end_line = 12;
  occurrence.column = 9;
  occurrence.end_column = 49;
  occurrence.start = 400;
  occurrence.end = 440;
  occurrence.refs = {"refs/heads/main"};
  occurrence.ref_count = 1;
  finding.occurrences.push_back(occurrence);
  finding.occurrence_count = 1;
  return finding;
}

void report(benchmark::State& state, const char* format) {
  constexpr int kFindings = 1000;
  std::vector<Finding> findings;
  for (int i = 0; i < kFindings; ++i) findings.push_back(example_finding(i));
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    auto writer = make_report_writer(format, {}, [&](ByteView part) {
      bytes += part.size();
      return ok_status();
    });
    for (const Finding& finding : findings) (*writer)->finding(finding);
    if (!(*writer)->end({})) state.SkipWithError("the report failed");
  }
  if (bytes < 100 * kFindings) state.SkipWithError("the report is too short to be one");
  state.SetItemsProcessed(state.iterations() * kFindings);
}
BENCHMARK_CAPTURE(report, text, "text")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report, json, "json")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report, jsonl, "jsonl")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report, sarif, "sarif")->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace dragnet
