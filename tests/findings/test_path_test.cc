#include <gtest/gtest.h>

#include "findings/rank.h"

namespace dragnet {
namespace {

TEST(IsTestPath, Yes) {
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
    EXPECT_TRUE(is_test_path(path)) << path;
  }
}

TEST(IsTestPath, No) {
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
    EXPECT_FALSE(is_test_path(path)) << path;
  }
}

// A file's folders are looked at wherever they stand, the file's own name only as a file's.
TEST(IsTestPath, LooksAtEveryFolder) {
  for (const char* folder : {"tests", "fixtures", "docs", "mocks"}) {
    for (const char* before : {"", "a/", "a/b/", "/", "a//"}) {
      EXPECT_TRUE(is_test_path(std::string(before) + folder + "/main.c"));
      EXPECT_TRUE(is_test_path(std::string(before) + folder + "/x/y/z/main.c"));
      EXPECT_FALSE(is_test_path(std::string(before) + "x" + folder + "/main.c"));
      EXPECT_FALSE(is_test_path(std::string(before) + folder + "x/main.c"));
    }
  }
}

TEST(IsTestPath, TakesAnyBytes) {
  EXPECT_FALSE(is_test_path(ByteView("\0\xff/\n", 4)));
  EXPECT_TRUE(is_test_path(ByteView("\xff/tests/\0", 9)));
  EXPECT_FALSE(is_test_path(std::string(100000, '/')));
}

}  // namespace
}  // namespace dragnet
