#include "report/report.h"

#include <utility>

#include "report/writers.h"

namespace dragnet {

Result<std::unique_ptr<ReportWriter>> make_report_writer(std::string_view format,
                                                         const ReportOptions& options,
                                                         ReportSink sink) {
  if (format == "text") return make_text_writer(options, std::move(sink));
  if (format == "json") return make_json_writer(JsonShape::kDocument, options, std::move(sink));
  if (format == "jsonl") return make_json_writer(JsonShape::kLines, options, std::move(sink));
  if (format == "sarif") return make_sarif_writer(options, std::move(sink));
  return usage_error("unknown report format '" + std::string(format) + "'",
                     "choose one of text, json, jsonl, sarif");
}

}  // namespace dragnet
