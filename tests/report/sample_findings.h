// Handmade findings that hold what a report must survive: hostile names, bytes that are no UTF-8,
// secrets inside names, many places, things that could not be read. All secrets are assembled.
#pragma once

#include <string>
#include <vector>

#include "findings/finding.h"
#include "report/report.h"

namespace dragnet::testing {

// 2026-11-21T00:00:00Z.
inline constexpr std::int64_t kAsOf = 1795219200;

// Ranked. Their secrets appear in each other's names.
std::vector<Finding> sample_findings();
Summary complete_summary();
Summary incomplete_summary();
// Of `findings`.
void add_secrets(const std::vector<Finding>& findings, Redactor* redactor);

ObjectId object_id(char digit);

// The whole report.
std::string render(std::string_view format, const ReportOptions& options,
                   const std::vector<Finding>& findings, const Summary& summary);

}  // namespace dragnet::testing
