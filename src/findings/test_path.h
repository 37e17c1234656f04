// Test paths: how far a path tells that a secret in it was made up, or is somebody else's.
//
// Tests, examples and documentation hold keys and passwords that open nothing; so do copies of
// others' code. One such name in a path makes it likely. It is sure where a build tool or a test
// runner keeps its own files out of the program ("src/test/", "testdata/", "api_test.go"), where a
// folder of tests has a file named for tests ("tests/test_api.py") or the key of one side of a TLS
// connection ("tests/certs/server.key", "fixtures/ca-key.pem"), and for others' tests
// ("vendor/x/test/"). Documentation and other fixtures are never sure: people paste there what they
// use.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace dragnet {

enum class TestPath : std::uint8_t { kNo, kLikely, kSurely };

// How surely a file at `path` (its parts between slashes; any bytes) is one of tests, examples,
// fixtures, documentation, a copy of others' code (vendor/, node_modules/), or a list of what a
// scanner found. Pure, linear in the path.
TestPath test_path(ByteView path);

}  // namespace dragnet
