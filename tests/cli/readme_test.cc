// README.md stays true: its commands are run as they stand there, with the built program in the
// place of tools/dragnet (which builds another one first), and its example is what the program
// prints.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <regex>

#include "cli/program.h"
#include "rules/sample.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

// The lines of every block that is fenced as `language`.
std::vector<std::vector<std::string>> blocks(const std::string& language) {
  std::vector<std::vector<std::string>> out;
  const std::string text = read_bytes(DRAGNET_SOURCE_DIR "/README.md");
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("```")) {
      inside = !inside && line == "```" + language;
      if (inside) out.emplace_back();
    } else if (inside) {
      out.back().push_back(line);
    }
  }
  return out;
}

std::string sample(const std::string& text, std::uint64_t seed) {
  auto out = expand_sample(text, seed);
  EXPECT_TRUE(out.ok()) << text;
  return out.ok() ? out.value() : "";
}

// The repository that the README's example is about.
std::string example(GitFixture* git) {
  const std::string repo = git->init("shop");
  git->commit_file(repo, "src/main.py", "print('hello')\n", "Start");
  git->commit_file(repo, "deploy/ci.env",
                   "REGISTRY=registry.example.org\nGITHUB_TOKEN=" + token(901) + "\n",
                   "Deploy from CI");
  git->commit_file(
      repo, "src/pay.py",
      "import stripe\n\nstripe.api_key = \"" + sample("sk_live_{{ base62{24} }}", 902) + "\"\n",
      "Take payments");
  git->commit_file(repo, "deploy/ci.env", "REGISTRY=registry.example.org\n",
                   "Token from the vault");
  return repo;
}

// A report without what differs between machines and builds.
std::string comparable(std::string text, const std::string& repo) {
  for (std::size_t at; (at = text.find(repo)) != std::string::npos;) {
    text.replace(at, repo.size(), "shop");
  }
  return std::regex_replace(text, std::regex("\n     rules [^\n]*"), "\n     rules     ...");
}

TEST(Readme, ExampleIsWhatTheProgramPrints) {
  GitFixture git;
  const std::string repo = example(&git);
  const CommandResult result = dragnet({"scan", repo, "--as-of", "2026-11-21"});
  EXPECT_EQ(result.status, 1);
  std::string expected;
  const auto examples = blocks("text");
  ASSERT_EQ(examples.size(), 1U);
  for (const std::string& line : examples[0]) expected += line + "\n";
  EXPECT_EQ(comparable(expected, repo), comparable(result.out, repo));
}

// Each `sh` block is one session in the example's folder. Of a command that cannot be run here only
// its program is looked for: what builds and tests this tree, and what needs another target.
TEST(Readme, CommandsRun) {
  GitFixture git;
  const std::string repo = example(&git);
  git.write(repo, "rules.toml",
            "[[rules]]\nid = \"acme-token\"\ndescription = \"ACME\"\nregex = 'acme_[0-9]{9}'\n"
            "positives = ['acme_123456789', 'x acme_987654321']\nnegatives = ['a', 'b', 'c']\n");
  git.write(repo, "theirs.yml",
            "rules:\n- {id: np.acme.1, name: ACME, pattern: '(?x) acme_ [0-9]{9}'}\n");
  const std::string program = dragnet_argv({})[0];
  int run = 0;
  for (const auto& block : blocks("sh")) {
    for (const std::string& line : block) {
      if (line.empty() || line[0] == '#') continue;
      SCOPED_TRACE(line);
      const std::string first = line.substr(0, line.find(' '));
      if (first == "tools/test" || first == "cmake" || first == "build/release/bench/match_bench") {
        EXPECT_TRUE(first != "tools/test" || fs::exists(DRAGNET_SOURCE_DIR "/tools/test"));
        continue;
      }
      const std::string command = std::regex_replace(line, std::regex("tools/dragnet"), program);
      ASSERT_NE(command, line) << "what is this?";
      const CommandResult result =
          run_command({"sh", "-c", command}, repo, "", dragnet_environment());
      // A clean run or one with findings; the README says with `exit N` where it means one.
      const std::size_t said = line.find("# exit ");
      if (said != std::string::npos) {
        EXPECT_EQ(std::to_string(result.status), line.substr(said + 7, 1)) << result.err;
      } else {
        EXPECT_LE(result.status, 1) << result.err;
      }
      EXPECT_EQ(result.err, "");
      ++run;
    }
  }
  EXPECT_GE(run, 8);
}

TEST(Readme, WrapperIsThere) { EXPECT_EQ(access(DRAGNET_SOURCE_DIR "/tools/dragnet", X_OK), 0); }

}  // namespace
}  // namespace dragnet::test_support
