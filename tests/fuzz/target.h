// What a fuzz target may assume, and how it says that something is wrong.
//
// Each *_target.cc is one target: libFuzzer calls it (-DDRAGNET_FUZZ=ON, Clang), and replay_main.cc
// calls it with every file of its corpus folder, as a test in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace dragnet::fuzz {

inline std::string_view as_bytes(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process where something that has to hold does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace dragnet::fuzz
