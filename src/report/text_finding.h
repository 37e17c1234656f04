// One finding as a person reads it: a headline, then labelled lines.
#pragma once

#include <string>

#include "report/names.h"
#include "report/text_style.h"

namespace dragnet {

// Columns before a labelled line's text: the score's and the label's.
inline constexpr std::size_t kTextIndent = 15;

// `label` in its column, dim, at the start of a labelled line.
std::string text_label(std::string_view label, const TextStyle& style);

// The terminal's width as the text report uses it: at least 40 columns.
std::size_t text_width(const ReportOptions& options);

// The finding's lines, each with its line break. `repository` is the one that was last named: a
// line names the finding's own where it differs, and `repository` is set to it.
std::string text_finding(const Finding& finding, ReportNames* names, const TextStyle& style,
                         std::string* repository);

}  // namespace dragnet
