#include "findings/test_path.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace dragnet {

namespace {

// What the names of a path say, as bits.
constexpr unsigned kTests = 1;     // tests/
constexpr unsigned kNamed = 2;     // test_api.py, sample_key.pem
constexpr unsigned kForeign = 4;   // vendor/
constexpr unsigned kShown = 8;     // docs/, examples/, fixtures/, .env.sample
constexpr unsigned kRunners = 16;  // the place of a test runner, left out of the program

constexpr std::array<std::string_view, 8> kTestFolders = {
    "test", "tests", "testing", "spec", "specs", "t", "e2e", "acceptance"};

constexpr std::array<std::string_view, 17> kShownFolders = {
    "example", "examples", "sample",        "samples",   "demo",     "demos",
    "doc",     "docs",     "documentation", "fixture",   "fixtures", "mock",
    "mocks",   "stubs",    "snapshots",     "test-data", "test_data"};

// Go leaves testdata/ out of what it builds; in the others test runners look for theirs.
constexpr std::array<std::string_view, 5> kRunnersFolders = {"testdata", "__tests__", "__mocks__",
                                                             "__fixtures__", "__snapshots__"};

// Copies of what others wrote: a secret there is theirs, and known to all that have the copy.
constexpr std::array<std::string_view, 8> kForeignFolders = {
    "vendor",      "_vendor",     "vendored",   "node_modules",
    "third_party", "third-party", "thirdparty", "bower_components"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, ByteView name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view other) { return equals_folded(name, other); });
}

// Whether the word is the last part of a longer name: "jvmTest", "integration-test", "unit_test".
bool ends_in_part(ByteView name, std::string_view word) {
  if (name.size() <= word.size()) return false;
  const ByteView tail = name.substr(name.size() - word.size());
  const char before = name[name.size() - word.size() - 1];
  const bool camel = is_upper(tail[0]) && is_lower(before);
  return equals_folded(tail, word) && (before == '_' || before == '-' || camel);
}

bool ends_in_test(ByteView name) {
  return ends_in_part(name, "test") || ends_in_part(name, "tests");
}

// What a folder says that lies in `parent`: Maven and Gradle keep tests in src/test, src/jvmTest.
unsigned folder_says(ByteView parent, ByteView folder) {
  constexpr std::string_view kEnding = "testing";  // "awstesting"
  if (is_among(kRunnersFolders, folder)) return kRunners;
  const bool named = equals_folded(folder, "test") || ends_in_test(folder);
  if (named && equals_folded(parent, "src")) return kRunners;
  const bool ends = folder.size() > kEnding.size() &&
                    equals_folded(folder.substr(folder.size() - kEnding.size()), kEnding);
  if (named || ends || is_among(kTestFolders, folder)) return kTests;
  if (is_among(kForeignFolders, folder)) return kForeign;
  return is_among(kShownFolders, folder) ? kShown : 0;
}

// What scanners write down so as not to report it again: it stands elsewhere too, or stood there.
constexpr std::array<std::string_view, 5> kBaselines = {
    ".secrets.baseline", ".gitleaks-baseline.json", "gitleaks-baseline.json",
    "gitleaks-report.json", "gitleaks_report.json"};
constexpr std::array<std::string_view, 2> kGitleaksFiles = {"baseline.json", "report.json"};

// `folder` is the one that the file lies in.
bool is_baseline(ByteView folder, ByteView name) {
  return is_among(kBaselines, name) ||
         (equals_folded(folder, ".gitleaks") && is_among(kGitleaksFiles, name));
}

// Names that a language's test runner collects and its build leaves out: "api_test.go",
// "user_spec.rb", "AppTest.java", "api.spec.ts". Not Python's: scripts are called test.py, too.
bool is_runners_file(ByteView name) {
  const std::size_t dot = name.rfind('.');
  if (dot == ByteView::npos) return false;
  const ByteView stem = name.substr(0, dot);
  const ByteView kind = name.substr(dot + 1);
  const auto kind_is = [&](std::initializer_list<std::string_view> kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  if (kind == "go") return stem.ends_with("_test");
  if (kind == "rb") return stem.ends_with("_spec") || stem.ends_with("_test");
  if (kind_is({"java", "kt", "scala", "groovy", "cs", "php", "swift"})) {
    return stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("Spec") ||
           stem.ends_with("TestCase");
  }
  return kind_is({"js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"}) &&
         (stem.ends_with(".test") || stem.ends_with(".spec"));
}

// In the names of files.
constexpr std::array<std::string_view, 8> kFileWords = {"test",     "tests",  "spec",    "example",
                                                        "examples", "sample", "samples", "fake"};

// "test_api.py", "settings_example.py", "conftest.py"
bool is_named_for_tests(ByteView stem) {
  for (const std::string_view word : kFileWords) {
    if (ends_in_part(stem, word) || equals_folded(stem, word)) return true;
    if (stem.size() <= word.size()) continue;
    const char after = stem[word.size()];
    if ((after == '_' || after == '-') && equals_folded(stem.substr(0, word.size()), word)) {
      return true;
    }
  }
  // "verify_test_dsa.go"
  return stem.find("_test_") != ByteView::npos || stem.find("-test-") != ByteView::npos ||
         stem == "conftest";
}

// "config.sample.yml", ".env.example"
bool has_test_suffix(ByteView name) {
  for (const std::string_view word : kFileWords) {
    const std::string dotted = "." + std::string(word);
    if (name.find(dotted + ".") != ByteView::npos || name.ends_with(dotted)) return true;
  }
  return false;
}

// Kinds of files that hold keys and certificates, and whose they are in a test of TLS.
constexpr std::array<std::string_view, 6> kKeyFiles = {"key", "pem", "crt", "cert", "der", "p12"};
constexpr std::array<std::string_view, 16> kTlsRoles = {
    "server",    "client",  "peer",    "ca",   "root",        "intermediate",
    "localhost", "cert",    "tls",     "ssl",  "certificate", "encrypted",
    "wildcard",  "expired", "revoked", "rogue"};

// "server2.key.insecure", "client-rogue-key.pem"
bool is_tls_key(ByteView name) {
  bool is_key_file = false;
  bool has_role = false;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at;
    while (end < name.size() && is_letter(name[end])) ++end;
    const ByteView word = name.substr(at, end - at);
    is_key_file = is_key_file || (at > 0 && name[at - 1] == '.' && is_among(kKeyFiles, word));
    has_role = has_role || is_among(kTlsRoles, word);
    at = end + 1;
  }
  return is_key_file && has_role;
}

unsigned file_says(ByteView folder, ByteView name) {
  if (is_runners_file(name)) return kRunners;
  const ByteView stem = name.substr(0, name.find('.'));
  if (is_named_for_tests(stem)) return kNamed;
  // Descriptions of APIs hold an example of each value.
  const bool described = equals_folded(stem, "swagger") || equals_folded(stem, "openapi");
  const bool shown = described || stem == "e2e" || stem == "localhost" || has_test_suffix(name) ||
                     is_baseline(folder, name);
  return shown ? kShown : 0;
}

}  // namespace

TestPath test_path(ByteView path) {
  unsigned says = 0;  // by folders, then by the name too
  bool test_key = false;
  ByteView folder;
  while (true) {
    const std::size_t slash = path.find('/');
    const ByteView part = path.substr(0, slash);
    if (slash == ByteView::npos) {
      test_key = (says & (kTests | kShown)) != 0 && is_tls_key(part);
      says |= file_says(folder, part);
      break;
    }
    says |= folder_says(folder, part);
    folder = part;
    path.remove_prefix(slash + 1);
  }
  const bool foreign_tests = (says & kForeign) != 0 && (says & (kTests | kNamed)) != 0;
  const bool named_tests = (says & kTests) != 0 && (says & kNamed) != 0;
  if ((says & kRunners) != 0 || foreign_tests || named_tests || test_key) return TestPath::kSurely;
  return says == 0 ? TestPath::kNo : TestPath::kLikely;
}

}  // namespace dragnet
