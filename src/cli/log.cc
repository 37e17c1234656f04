#include "cli/log.h"

#include <spdlog/spdlog.h>

#include "report/escape.h"

namespace dragnet {

void log_error(std::string_view text) { spdlog::error("{}", escape_text(text)); }

}  // namespace dragnet
