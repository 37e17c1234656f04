// Talk on standard error: one line an event.
#pragma once

#include <string_view>

namespace dragnet {

// An error as one line that a terminal cannot mistake for anything else, whatever names of files or
// refs are in it.
void log_error(std::string_view text);

}  // namespace dragnet
