// Which vector instructions the machine has that the loops over whole texts are written for.
#pragma once

// Where the compiler has those instructions; what uses those of kAvx512Vbmi is declared so. Every
// processor that has VBMI2 has GFNI too.
#if defined(__x86_64__) && defined(__GNUC__)
#define DRAGNET_VECTORS
#define DRAGNET_VBMI \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,gfni")))
#endif

namespace dragnet {

enum class CpuLevel { kBaseline, kAvx2, kAvx512Vbmi };

// The highest that this machine and its operating system offer. Any thread may call it.
inline CpuLevel cpu_level() {
#ifdef DRAGNET_VECTORS
  static const CpuLevel level = [] {
    if (__builtin_cpu_supports("avx2") == 0) return CpuLevel::kBaseline;
    const bool vbmi =
        __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
        __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vbmi") != 0 &&
        __builtin_cpu_supports("avx512vbmi2") != 0 && __builtin_cpu_supports("gfni") != 0;
    return vbmi ? CpuLevel::kAvx512Vbmi : CpuLevel::kAvx2;
  }();
  return level;
#else
  return CpuLevel::kBaseline;
#endif
}

}  // namespace dragnet
