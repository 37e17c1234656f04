// The levels of vector instructions that a test can ask for on this machine.
#pragma once

#include <vector>

#include "match/cpu.h"

namespace dragnet {

inline std::vector<CpuLevel> cpu_levels() {
  std::vector<CpuLevel> out = {CpuLevel::kBaseline};
  if (cpu_level() >= CpuLevel::kAvx2) out.push_back(CpuLevel::kAvx2);
  if (cpu_level() >= CpuLevel::kAvx512Vbmi) out.push_back(CpuLevel::kAvx512Vbmi);
  return out;
}

}  // namespace dragnet
