// JSON, wrapped once: nlohmann-json with members in the order they were written, so that reports
// are byte-identical. Parse with `parse_json`, which returns an error instead of throwing; dump
// with `dump_json`, which replaces bytes that are no UTF-8 instead of throwing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dragnet {

using Json = nlohmann::ordered_json;

// `what` names the text in the error ("report r.json").
Result<Json> parse_json(std::string_view text, std::string_view what);

// `indent` spaces a level, or -1 for one line.
std::string dump_json(const Json& value, int indent = -1);

}  // namespace dragnet
