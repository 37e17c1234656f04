# How targets are declared. A folder of src/ is one static library whose `DEPS` are exactly its row
# in the design's table; third-party packages it fences go to `PRIVATE`.

# dragnet_library(NAME SOURCES ... [DEPS folder...] [PACKAGES target...])
# PACKAGES are linked privately except where a header of the folder has to expose them.
function(dragnet_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PACKAGES" ${ARGN})
  add_library(dragnet_${name} STATIC ${ARG_SOURCES})
  target_include_directories(dragnet_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src
                             ${CMAKE_SOURCE_DIR}/include)
  list(TRANSFORM ARG_DEPS PREPEND dragnet_)
  target_link_libraries(dragnet_${name} PUBLIC ${ARG_DEPS} PRIVATE dragnet_flags ${ARG_PACKAGES})
endfunction()

# dragnet_test(NAME SOURCES ... [DEPS folder...] [PACKAGES target...] [LABEL fast|slow|fuzz|arch]
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
  set(filter)
  if(ARG_SLOW_CASES)
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
