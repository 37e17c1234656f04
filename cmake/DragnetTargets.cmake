# How targets are declared. A folder of src/ is one static library whose `DEPS` are exactly its row
# in the design's table; third-party packages it fences go to `PRIVATE`.

# What every file reads anyway, headers of the standard library and of GoogleTest, Clang parses once
# for the sanitizers. The other builds go without, so that what a file forgets to include is noticed,
# and GCC wins little by it. The first target in need makes them, with the options of its folder.
function(dragnet_precompile name headers)
  if(NOT DRAGNET_SANITIZE OR NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    return()
  endif()
  set(from dragnet_precompiled_${headers})
  if(NOT TARGET ${from})
    set(empty ${CMAKE_BINARY_DIR}/${from}.cc)
    file(CONFIGURE OUTPUT ${empty} CONTENT "")
    add_library(${from} OBJECT ${empty})
    target_precompile_headers(${from} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled_${headers}.h)
    target_compile_options(${from} PRIVATE -pthread)
    target_link_libraries(${from} PRIVATE dragnet_flags ${ARGN})
  endif()
  target_compile_options(${name} PRIVATE -pthread)  # Clang insists that all have it, or none
  target_precompile_headers(${name} REUSE_FROM ${from})
endfunction()

# dragnet_library(NAME SOURCES ... [DEPS folder...] [PACKAGES target...])
# PACKAGES are linked privately except where a header of the folder has to expose them.
function(dragnet_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PACKAGES" ${ARGN})
  add_library(dragnet_${name} STATIC ${ARG_SOURCES})
  target_include_directories(dragnet_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src
                             ${CMAKE_SOURCE_DIR}/include)
  list(TRANSFORM ARG_DEPS PREPEND dragnet_)
  target_link_libraries(dragnet_${name} PUBLIC ${ARG_DEPS} PRIVATE dragnet_flags ${ARG_PACKAGES})
  dragnet_precompile(dragnet_${name} std)
endfunction()

# dragnet_built_for(LABEL target...): the tests with this label need these programs. The target
# tests_LABEL builds all of them. tools/test runs no other labels than these.
function(dragnet_built_for label)
  if(NOT label MATCHES "^(fast|slow|threads|fuzz|arch)$")
    message(FATAL_ERROR "${ARGN}: tools/test would run no test with the label ${label}")
  endif()
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
  add_dependencies(tests_${label} ${ARGN})
endfunction()

# dragnet_test(NAME SOURCES ... [DEPS folder...] [PACKAGES target...] [LABEL fast|slow|threads|fuzz]
#              [ENVIRONMENT VAR=value...] [SLOW_CASES Suite.Case...])
# One GoogleTest executable; every test case is a ctest entry of its own, so they run side by side.
# SLOW_CASES (with * and ?) are labelled slow, the others as LABEL says.
function(dragnet_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS;PACKAGES;ENVIRONMENT;SLOW_CASES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL fast)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  list(TRANSFORM ARG_DEPS PREPEND dragnet_)
  target_link_libraries(${name} PRIVATE dragnet_flags ${ARG_DEPS} ${ARG_PACKAGES} GTest::gmock
                        GTest::gtest_main)
  dragnet_precompile(${name} test GTest::gmock)
  dragnet_built_for(${ARG_LABEL} ${name})
  set(filter)
  if(ARG_SLOW_CASES)
    dragnet_built_for(slow ${name})
    list(JOIN ARG_SLOW_CASES ":" slow)
    set(filter TEST_FILTER "-${slow}")
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 TEST_PREFIX ${name}. TEST_FILTER "${slow}"
                         TEST_LIST ${name}_SLOW
                         PROPERTIES LABELS slow ENVIRONMENT "${ARG_ENVIRONMENT}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 TEST_PREFIX ${name}. ${filter}
                       PROPERTIES LABELS ${ARG_LABEL} ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# dragnet_benchmark(NAME SOURCES ... DEPS folder...)
function(dragnet_benchmark name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND dragnet_)
  target_link_libraries(${name} PRIVATE dragnet_flags ${ARG_DEPS} benchmark::benchmark_main)
endfunction()
