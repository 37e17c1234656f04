// The line that holds a secret, fitted to a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "report/names.h"
#include "report/text_style.h"

namespace dragnet {

// One line of at most `columns` columns (at least 20): the first secret of the excerpt in its
// redacted form, highlighted, with as much to both sides of it as fits; "..." where the line goes
// on. Indentation is dropped, a tab is a space. Without a secret the line's beginning. Empty for an
// empty excerpt.
std::string excerpt_line(const Excerpt& excerpt, const ReportNames& names, const TextStyle& style,
                         std::size_t columns);

}  // namespace dragnet
