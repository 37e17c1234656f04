// The writers that `make_report_writer` chooses from.
#pragma once

#include <memory>

#include "report/report.h"

namespace dragnet {

enum class JsonShape { kDocument, kLines };

std::unique_ptr<ReportWriter> make_json_writer(JsonShape shape, const ReportOptions& options,
                                               ReportSink sink);
std::unique_ptr<ReportWriter> make_sarif_writer(const ReportOptions& options, ReportSink sink);
std::unique_ptr<ReportWriter> make_text_writer(const ReportOptions& options, ReportSink sink);

}  // namespace dragnet
