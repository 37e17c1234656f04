#include "cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "rules/sample.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

std::vector<std::string>& issued_tokens() {
  static std::vector<std::string> tokens;
  return tokens;
}

// Puts the rules of the program into the shared cache, once for all test processes that run at the
// same time: compiling takes seconds.
void warm_cache() {
  static std::once_flag once;
  std::call_once(once, [] {
    fs::create_directories(DRAGNET_TEST_HOME);
    const std::string name = std::string(DRAGNET_TEST_HOME) + "/lock";
    const int lock = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(lock, 0) << name;
    ASSERT_EQ(flock(lock, LOCK_EX), 0);
    const auto result = run_command(dragnet_argv({"scan", "-", "--quiet"}), "/", "nothing\n",
                                    dragnet_environment());
    EXPECT_EQ(result.status, 0) << result.err;
    close(lock);
  });
}

// No token, and no piece of one that would help anybody.
void expect_no_leak(const std::string& text, const char* where) {
  for (const std::string& secret : issued_tokens()) {
    for (std::size_t at = 4; at + 12 <= secret.size(); at += 12) {
      const std::size_t found = text.find(secret.substr(at, 12));
      if (found == std::string::npos) continue;
      ADD_FAILURE() << "a secret stands in clear on " << where << ": ..."
                    << text.substr(found > 200 ? found - 200 : 0, 400) << "...";
      return;
    }
  }
}

bool shows_secrets(const std::vector<std::string>& args, const RunOptions& options) {
  const auto has = [](const std::vector<std::string>& in, const std::string& what) {
    return std::any_of(in.begin(), in.end(), [&](const std::string& s) { return s == what; });
  };
  return has(args, "--show-secrets") || has(options.env, "DRAGNET_SHOW_SECRETS=1");
}

// Latin-1 in UTF-8, back to its bytes.
std::string latin1_bytes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += text[i];
    } else if (i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[++i]);
      out += static_cast<char>((byte << 6 & 0xc0) | (next & 0x3f));
    }
  }
  return out;
}

// What may differ between the report that shows secrets and the one that does not.
Json without_names(Json report) {
  for (Json& finding : report["findings"]) {
    finding.erase("secret");
    for (Json& occurrence : finding["occurrences"]) {
      for (const char* key : {"path", "path_encoding", "refs", "author_name", "author_email",
                              "repository", "permalink"}) {
        occurrence.erase(key);
      }
    }
  }
  for (const char* key : {"targets", "seconds", "peak_memory"}) report["summary"].erase(key);
  report["summary"].erase("incomplete");
  return report;
}

Json parse_report(const CommandResult& result) {
  auto report = parse_json(result.out, "report");
  if (!report) {
    ADD_FAILURE() << report.error().text() << "\nstatus " << result.status << "\n"
                  << result.out << result.err;
    return Json::parse(R"({"findings": [], "summary": {"incomplete": []}})");
  }
  return std::move(report).value();
}

}  // namespace

std::string token(std::uint64_t number) {
  auto text = expand_sample("{{ crc32_base62(\"ghp_\" base62{30}) }}", number);
  EXPECT_TRUE(text.ok());
  auto& issued = issued_tokens();
  if (std::find(issued.begin(), issued.end(), text.value()) == issued.end()) {
    issued.push_back(text.value());
  }
  return text.value();
}

RunOptions in_folder(std::string cwd) {
  RunOptions out;
  out.cwd = std::move(cwd);
  return out;
}

RunOptions with_input(std::string input) {
  RunOptions out;
  out.input = std::move(input);
  return out;
}

RunOptions with_home(std::string home) {
  RunOptions out;
  out.home = std::move(home);
  return out;
}

RunOptions with_env(std::vector<std::string> env) {
  RunOptions out;
  out.env = std::move(env);
  return out;
}

RunOptions with_wrapper(std::vector<std::string> wrapper) {
  RunOptions out;
  out.wrapper = std::move(wrapper);
  return out;
}

std::vector<std::string> dragnet_argv(const std::vector<std::string>& args) {
  std::vector<std::string> argv = {DRAGNET_PROGRAM};
  argv.insert(argv.end(), args.begin(), args.end());
  return argv;
}

std::vector<std::string> dragnet_environment(const RunOptions& options) {
  const std::string home = options.home.empty() ? DRAGNET_TEST_HOME : options.home;
  std::vector<std::string> env = {"HOME=" + home, "XDG_CACHE_HOME=" + home + "/cache", "LC_ALL=C",
                                  "TZ=UTC"};
  for (const char* name :
       {"PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) env.push_back(std::string(name) + "=" + value);
  }
  env.insert(env.end(), options.env.begin(), options.env.end());
  return env;
}

CommandResult dragnet(const std::vector<std::string>& args, const RunOptions& options) {
  if (options.home.empty()) warm_cache();
  std::vector<std::string> argv = options.wrapper;
  for (const std::string& word : dragnet_argv(args)) argv.push_back(word);
  CommandResult result =
      run_command(argv, options.cwd, options.input, dragnet_environment(options));
  if (!shows_secrets(args, options)) {
    expect_no_leak(result.out, "standard output");
    expect_no_leak(result.err, "standard error");
  }
  return result;
}

const std::vector<Json>& Audit::all(const std::string& secret) const {
  static const std::vector<Json> none;
  const auto found = occurrences.find(secret);
  if (found != occurrences.end()) return found->second;
  ADD_FAILURE() << "the secret was not found in\n" << report.dump(1) << err;
  return none;
}

Json Audit::only(const std::string& secret) const {
  const std::vector<Json>& list = all(secret);
  if (list.size() != 1) {
    ADD_FAILURE() << list.size() << " occurrences instead of one: " << Json(list).dump(1);
  }
  return list.empty() ? Json::object() : list.front();
}

Json Audit::at(const std::string& secret, const std::string& type, const std::string& path) const {
  std::vector<Json> fitting;
  for (const Json& occurrence : all(secret)) {
    if (occurrence["object_type"] == type &&
        bytes_of(occurrence, "path", "path_encoding") == path) {
      fitting.push_back(occurrence);
    }
  }
  if (fitting.size() != 1) {
    ADD_FAILURE() << fitting.size() << " occurrences instead of one of type " << type << " at '"
                  << path << "' among " << Json(all(secret)).dump(1, ' ', true);
  }
  return fitting.empty() ? Json::object() : fitting.front();
}

std::vector<std::string> Audit::incomplete() const {
  std::vector<std::string> out;
  for (const Json& item : summary()["incomplete"]) {
    std::string what;
    if (item.contains("object")) what = item["object"];
    if (item.contains("path")) what += (what.empty() ? "" : " ") + std::string(item["path"]);
    out.push_back(what + ": " + std::string(item["reason"]));
  }
  return out;
}

std::string bytes_of(const Json& object, const std::string& key, const std::string& encoding_key) {
  if (!object.contains(key) || object[key].is_null()) return "";
  const std::string text = object[key];
  return object.contains(encoding_key) ? latin1_bytes(text) : text;
}

Audit scan(const std::vector<std::string>& args, const RunOptions& options) {
  std::vector<std::string> plain = {"scan", "--format", "json"};
  plain.insert(plain.end(), args.begin(), args.end());
  std::vector<std::string> shown = plain;
  shown.push_back("--show-secrets");
  const CommandResult redacted = dragnet(plain, options);
  const CommandResult clear = dragnet(shown, options);
  EXPECT_EQ(redacted.status, clear.status) << redacted.err << clear.err;

  Audit audit;
  audit.status = clear.status;
  audit.err = clear.err;
  audit.report = parse_report(clear);
  EXPECT_EQ(without_names(parse_report(redacted)), without_names(audit.report));
  for (const Json& finding : audit.report["findings"]) {
    auto& list = audit.occurrences[bytes_of(finding, "secret", "encoding")];
    for (const Json& occurrence : finding["occurrences"]) list.push_back(occurrence);
  }
  return audit;
}

}  // namespace dragnet::test_support
