// Small helpers for the text of rule files: safe quoting, numbers.
#pragma once

#include <string>
#include <string_view>

namespace dragnet {

// `text` for a message of one line: control characters and what is not ASCII as \xHH, cut after 100
// bytes with "...". A rule file is foreign input and may try to write to the terminal.
std::string printable(std::string_view text);

// 'text', printable.
std::string quoted(std::string_view text);

// "0.5" and "8", not "8.000000"; up to ten digits.
std::string number_text(double value);

// Whether a terminal could take part of `text`, which is UTF-8, for a command: a byte below 32,
// 127, or one of the second set of controls, U+0080 to U+009F.
bool has_controls(std::string_view text);

// Lower-case letters, digits and single hyphens between them: "aws-access-key-id".
bool is_kebab_case(std::string_view text);

}  // namespace dragnet
