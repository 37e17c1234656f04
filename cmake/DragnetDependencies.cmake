# Third-party parts, all as packages of Debian 12 and Ubuntu 24.04, none vendored. One line each
# says why it was chosen; tools/packages lists the package names that set-up installs.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Hyperscan (or Vectorscan, the same API on other CPUs): matches a thousand patterns at once at
# memory speed; nothing else comes within a factor of five. Only user: match/.
pkg_check_modules(Hyperscan REQUIRED IMPORTED_TARGET libhs)
# RE2: linear time on hostile input, works on bytes in Latin-1 mode. Only user: match/.
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
# libdeflate: inflates whole buffers two to three times as fast as zlib, and has the fastest CRC-32.
# Only user: pack/.
pkg_check_modules(Libdeflate REQUIRED IMPORTED_TARGET libdeflate)
# libgit2: the whole of git's semantics in-process, without running anything from the repository
# that is scanned. Only user: git/.
pkg_check_modules(Libgit2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
# oneTBB: bounded pipelines and work stealing that mold and others prove in practice. Only user:
# pipeline/.
find_package(TBB REQUIRED)
# OpenSSL: SHA-256 and HMAC with the CPU's instructions, kept by people who do nothing else. Only
# user: base/.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
# zlib: the only inflater that can stop after the first bytes of a stream. Only user: base/.
find_package(ZLIB REQUIRED)
# nlohmann-json: correct escaping and ordered members; reports are small, so its speed is enough.
# Only user: base/.
find_package(nlohmann_json REQUIRED)
# toml++: the complete TOML 1.0 with source positions, which our error lines need. Only user:
# rules/.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
# libyaml: the reference reader of YAML, in C, which hands over events; so that depth, size and
# aliases of hostile text are ours to bound. yaml-cpp builds the whole tree by recursion, and throws.
# Only user: rules/.
pkg_check_modules(LibYaml REQUIRED IMPORTED_TARGET yaml-0.1)
# CLI11: flags, environment and configuration file from one table. Only user: cli/.
find_package(CLI11 REQUIRED)
# spdlog: levels and colours on stderr. Only user: cli/.
find_package(spdlog REQUIRED)

if(DRAGNET_BUILD_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(DRAGNET_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
