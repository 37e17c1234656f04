// The data files of src/match/data, which are part of the program.
#pragma once

#include <string>

namespace dragnet {

std::string embedded_language();
std::string embedded_value_model();

}  // namespace dragnet
