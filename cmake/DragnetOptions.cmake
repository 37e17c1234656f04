# Language level, warnings, sanitizers and link-time optimisation, as one interface target that
# every target of ours links: nothing is set globally, nothing leaks to who might consume us.

option(DRAGNET_BUILD_TESTS "Build the tests (needs GoogleTest)" ON)
option(DRAGNET_BUILD_BENCHMARKS "Build the benchmarks (needs Google Benchmark)" OFF)
set(DRAGNET_SANITIZE "" CACHE STRING "Comma separated sanitizers: address,undefined or thread")
option(DRAGNET_LTO "Link-time optimisation" OFF)
option(DRAGNET_WERROR "Warnings are errors" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(dragnet_flags INTERFACE)
target_compile_options(dragnet_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast)
if(DRAGNET_WERROR)
  target_compile_options(dragnet_flags INTERFACE -Werror)
endif()
# Every object carries libFuzzer's counters then, and the sanitizers that find what it provokes.
option(DRAGNET_FUZZ "Build the fuzz targets of tests/fuzz with libFuzzer (needs Clang)" OFF)
if(DRAGNET_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "DRAGNET_FUZZ needs Clang: -DCMAKE_CXX_COMPILER=clang++-14")
  endif()
  set(DRAGNET_SANITIZE "address,undefined")
  target_compile_options(dragnet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(DRAGNET_SANITIZE)
  target_compile_options(dragnet_flags INTERFACE -fsanitize=${DRAGNET_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dragnet_flags INTERFACE -fsanitize=${DRAGNET_SANITIZE})
  # What the sanitizers put in makes GCC 12 warn of the standard library's own code.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(dragnet_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(DRAGNET_LTO)
  # GCC's linker plugin and Clang's ThinLTO (with lld) both honour this property.
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_link_options(dragnet_flags INTERFACE -fuse-ld=lld-14)
  endif()
endif()
