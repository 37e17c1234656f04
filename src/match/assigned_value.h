// From the end of a name to the value that it is given: what closes the name, the operator, what
// may stand around the value, and the value in quotes or without. What languages have in this place
// is here; which names are looked at, and which values are none, is in assignment.cc.
#pragma once

#include <cstdint>

#include "base/ascii.h"
#include "base/bytes.h"
#include "match/assignment.h"

namespace dragnet {

// Of a name as languages have them.
inline bool is_name_letter(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// Sets the operator, the value, the end and how the value stands; false where none is assigned.
// `at`: the name's end. `text` ends where the reach does, and `whole`: nothing comes after it.
// `symbol`: the name is a Ruby symbol, `:password`. Pure.
bool read_assigned_value(ByteView text, std::uint64_t at, bool whole, bool symbol, Assignment* out);

}  // namespace dragnet
