// The functions of sample templates: encodings, checksums, whole tokens. See sample.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "rules/sample_draw.h"

namespace dragnet {

struct SampleFunction {
  std::string_view name;
  // An error's message says what the argument has to be; it is not located.
  Result<ByteString> (*apply)(ByteView argument, SampleRandom* random);
};

// Null for an unknown name. `repeat` and `pem`, which take numbers, are not here.
const SampleFunction* find_sample_function(std::string_view name);
std::vector<std::string_view> sample_function_names();

// `label` is what stands between BEGIN or END and the dashes.
Result<ByteString> make_pem(std::string_view label, std::uint64_t size, SampleRandom* random);

}  // namespace dragnet
