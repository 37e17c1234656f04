// Writes findings and the summary in one of the report formats. Prints, never decides: order, cuts
// and scores are settled before.
//
// Writers stream: a finding is written when it is handed over and not kept. Every format ends with
// something (a closing bracket, the summary line) that is missing from a report that was cut off.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "findings/finding.h"
#include "report/redact.h"

namespace dragnet {

// Takes the report's bytes in order. An error ends the report; it is returned by `end`.
using ReportSink = std::function<Status(ByteView)>;

struct ReportOptions {
  bool show_secrets = false;  // secrets and names in clear; SARIF shows no secret even then
  bool explain = false;
  bool colour = false;        // text only
  std::uint32_t width = 100;  // columns of the terminal, at least 40 are used; text only
  std::int64_t as_of = 0;     // seconds, UTC: a secret that expires then or before is expired
  // All secrets of the report, so that none stands in a path, a ref, an author or another finding's
  // line. Must outlive the writer. Null: only a finding's own secret is kept out of its names.
  const Redactor* redactor = nullptr;
};

// Not thread safe. Destroyed without `end`, it leaves a report that is visibly cut off.
class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  // Findings come ranked: highest score first, ties by id.
  virtual void finding(const Finding& finding) = 0;
  // Once, last. Returns the first error of the sink, if there was one.
  virtual Status end(const Summary& summary) = 0;
};

// `format` is "text", "json", "jsonl" or "sarif"; anything else is a usage error that lists them.
Result<std::unique_ptr<ReportWriter>> make_report_writer(std::string_view format,
                                                         const ReportOptions& options,
                                                         ReportSink sink);

}  // namespace dragnet
