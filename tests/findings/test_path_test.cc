#include "findings/test_path.h"

#include <gtest/gtest.h>

namespace dragnet {
namespace {

TEST(TestPath, Yes) {
  for (const char* path : {"test/a.c",
                           "tests/unit/a.cc",
                           "src/Test/A.java",
                           "src/test/java/com/example/App.java",
                           "testdata/key.pem",
                           "a/test-data/b",
                           "a/test_data/b",
                           "a/__tests__/b.js",
                           "a/__mocks__/b.js",
                           "spec/models/user_spec.rb",
                           "pkg/fixtures/config.yml",
                           "examples/app/.env",
                           "docs/install.md",
                           "DOCS/install.md",
                           "t/t0000-basic.sh",
                           "e2e/login.ts",
                           "a/snapshots/b.snap",
                           "api_test.go",
                           "src/api_test.go",
                           "test_api.py",
                           "src/test_api.py",
                           "test-api.sh",
                           "api-test.sh",
                           "api.spec.ts",
                           "api.test.tsx",
                           "conftest.py",
                           "AppTest.java",
                           "AppTests.cs",
                           "UserSpec.scala",
                           "test.py",
                           "tests.py",
                           "spec.rb",
                           ".env.example",
                           ".env.sample",
                           ".env.test",
                           "config.sample.yml",
                           "config.example",
                           "example.env",
                           "sample.json",
                           "settings_example.py",
                           "vendor/go.mozilla.org/pkcs7/a.go",
                           "web/node_modules/debug/.coveralls.yml",
                           "src/third_party/a.pem",
                           "aws-sdk-go/awstesting/custom_ca_bundle.go",
                           "acceptance/config/linux/acceptance.priv",
                           "pkcs7/verify_test_dsa.go",
                           "openpgp/read_write_test_data.go",
                           "openpgp/keys_test_data.go",
                           "apis/s3/2006-03-01/examples-1.json",
                           "ssh/fake_rsa",
                           "rekor/pkg/pki/x509/e2e.go",
                           "credentials/localhost.key",
                           "api/swagger.yaml",
                           "api/openapi.json",
                           ".secrets.baseline",
                           "okhttp/src/jvmTest/resources/a.txt",
                           "app/src/androidTest/A.kt",
                           "integration-tests/a.yml",
                           "unit_test/a.c",
                           "a/.gitleaks/baseline.json",
                           ".gitleaks-baseline.json",
                           "tests/"}) {
    EXPECT_NE(test_path(path), TestPath::kNo) << path;
  }
}

TEST(TestPath, No) {
  for (const char* path : {"",
                           "/",
                           "a",
                           "src/main.c",
                           "latest.txt",
                           "latest/a.c",
                           "contest/a.c",
                           "attestation.go",
                           "greatest_hits.py",
                           "protester.py",
                           "fastest.sh",
                           "inspector/a.py",
                           "specific.py",
                           "special/a.py",
                           "respectful.txt",
                           "testify.go",
                           "testament/a.txt",
                           "tester/main.go",
                           "documents/a.txt",
                           "doctor/a.txt",
                           "samplerate.c",
                           "resample.c",
                           "counterexample.c",
                           "mockery/a.go",
                           "democracy.txt",
                           ".env",
                           "config.yml",
                           "deploy/prod.env",
                           "tt/a.c",
                           "src/t.c",
                           "src/docs.c",
                           "vendors.py",
                           "app/vendor.rb",
                           "app/vendors/a.rb",
                           "latest_dsa.go",
                           "contest_data.go",
                           "fakenews.py",
                           "localhost/server.key",
                           "swagger_client.py",
                           "openapi/main.go",
                           "a/baseline.json",
                           ".gitleaks/config.json",
                           "testinglab.py",
                           "speedtest/a.c",
                           "LATEST/a.c",
                           "fixtures"}) {
    EXPECT_EQ(test_path(path), TestPath::kNo) << path;
  }
}

// One name that people give freely: real secrets stand there too.
TEST(TestPath, OneNameIsLikely) {
  for (const char* path : {"test/a.c",
                           "tests/unit/a.cc",
                           "test/test/a.c",
                           "examples/app/.env",
                           "docs/install.md",
                           "docs/examples/a.md",
                           "examples/test_api.py",
                           "t/t0000-basic.sh",
                           "test_api.py",
                           "src/test_api.py",
                           "test-api.sh",
                           ".env.example",
                           ".env.test",
                           "tests/.env.test",
                           "config.sample.yml",
                           "vendor/a/b.go",
                           "vendor/a/docs/b.md",
                           "src/third_party/a.pem",
                           "integration-test/a.yml",
                           "api/swagger.yaml",
                           "src/main/test/A.java",
                           "api_tests.go",
                           "latest.spec",
                           "spec/a.rb",
                           "fixtures/a.yml",
                           ".secrets.baseline",
                           "Contest.java/test/a"}) {
    EXPECT_EQ(test_path(path), TestPath::kLikely) << path;
  }
}

// What a build tool or a test runner goes by, tests that are named for it too, others' tests.
TEST(TestPath, RunnersPlacesAndNamedTestsAreSure) {
  for (const char* path : {"src/test/java/com/example/App.java",
                           "a/src/jvmTest/resources/a.txt",
                           "app/src/androidTest/A.kt",
                           "testdata/key.pem",
                           "a/__tests__/b.js",
                           "a/__mocks__/b.js",
                           "a/__snapshots__/b.snap",
                           "api_test.go",
                           "src/api_test.go",
                           "user_spec.rb",
                           "AppTest.java",
                           "AppTests.cs",
                           "UserSpec.scala",
                           "a/FooTestCase.php",
                           "api.spec.ts",
                           "api.test.tsx",
                           "tests/test_api.py",
                           "test/integration/test-key.pem",
                           "vendor/github.com/x/y/test/a.go",
                           "vendor/x/keys_test_data.go"}) {
    EXPECT_EQ(test_path(path), TestPath::kSurely) << path;
  }
}

// "server.key" alone says nothing, and neither does every key in a folder of tests.
TEST(TestPath, KeysOfOneSideOfTlsAreSureWhereTestsAre) {
  for (const char* path :
       {"tests/certs/valid/server/server.key", "tests/fixtures/server2.key.insecure",
        "fixtures/https/client-rogue-key.pem", "Tests/_data/ca.key", "examples/tls/ca-cert.pem",
        "spec/ssl/Localhost_1.PEM"}) {
    EXPECT_EQ(test_path(path), TestPath::kSurely) << path;
  }
  for (const char* path : {"tests/deploy.pem", "tests/id_rsa", "tests/server.conf",
                           "tests/key/server", "docs/observer.key", "vendor/a/server.key",
                           "fixtures/private.pem", "credentials/localhost.key"}) {
    EXPECT_EQ(test_path(path), TestPath::kLikely) << path;
  }
  EXPECT_EQ(test_path("certs/server.key"), TestPath::kNo);
  EXPECT_EQ(test_path("server.key"), TestPath::kNo);
}

// A file's folders are looked at wherever they stand, the file's own name only as a file's.
TEST(TestPath, LooksAtEveryFolder) {
  for (const char* folder : {"tests", "fixtures", "docs", "mocks"}) {
    for (const char* before : {"", "a/", "a/b/", "/", "a//"}) {
      EXPECT_NE(test_path(std::string(before) + folder + "/main.c"), TestPath::kNo);
      EXPECT_NE(test_path(std::string(before) + folder + "/x/y/z/main.c"), TestPath::kNo);
      EXPECT_EQ(test_path(std::string(before) + "x" + folder + "/main.c"), TestPath::kNo);
      EXPECT_EQ(test_path(std::string(before) + folder + "x/main.c"), TestPath::kNo);
    }
  }
}

TEST(TestPath, TakesAnyBytes) {
  EXPECT_EQ(test_path(ByteView("\0\xff/\n", 4)), TestPath::kNo);
  EXPECT_NE(test_path(ByteView("\xff/tests/\0", 9)), TestPath::kNo);
  EXPECT_EQ(test_path(std::string(100000, '/')), TestPath::kNo);
}

}  // namespace
}  // namespace dragnet
