// Findings and the summary as JSON values: the fields of the report format (schema 1), all of them,
// in its order.
#pragma once

#include <string>

#include "base/json.h"
#include "report/names.h"

namespace dragnet {

// Text that is no UTF-8 gets U+FFFD for its stray bytes when dumped; what has to come back byte for
// byte (secrets, paths) is written by `set_bytes`.
Json finding_json(const Finding& finding, ReportNames* names);
Json summary_json(const Summary& summary, const ReportNames& names);

// Sets `key` to `bytes`; where they are no UTF-8, to each byte as the code point of its number, and
// `encoding_key` to "latin1".
void set_bytes(Json* object, const char* key, const char* encoding_key, ByteView bytes);

// One line of ASCII, whatever the strings hold: fit for a terminal. Never throws.
std::string dump_line(const Json& value);

// "unknown" or "expired".
std::string_view validity_state(const Finding& finding, const ReportOptions& options);

}  // namespace dragnet
