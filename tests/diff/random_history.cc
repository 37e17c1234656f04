#include "diff/random_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

using Tree = std::map<std::string, std::string>;  // path, bytes

// Writes a stream for `git fast-import`.
class Generator {
 public:
  Generator(std::uint32_t seed, const std::vector<std::string>& secrets)
      : random_(seed), secrets_(secrets), dates_(1600000000) {}

  std::string stream() {
    const unsigned count = 15 + below(45);
    for (unsigned i = 0; i < count; ++i) commit();
    refs();
    return std::move(out_);
  }

 private:
  std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(random_() % n); }

  std::string some_path() {
    static const char* const folders[] = {"", "a/", "a/b/", "c/d/e/", "tests/"};
    return folders[below(5)] + std::string("f") + std::to_string(below(6));
  }

  std::string some_text() {
    std::string text;
    for (std::uint32_t i = 0; i < below(30); ++i) {
      text += "line " + std::to_string(below(1000)) + " of some text\n";
    }
    if (below(3) == 0) text += "key " + secrets_[below(secrets_.size())] + "\n";
    if (below(6) == 0) text += "more " + secrets_[below(secrets_.size())] + "\n" + text;
    return text;
  }

  void edit(Tree* tree) {
    for (std::uint32_t i = 0; i < 1 + below(4); ++i) {
      switch (below(6)) {
        case 0:  // rename
        case 1:  // copy
          if (!tree->empty()) {
            const auto from = std::next(tree->begin(), below(tree->size()));
            const std::string text = from->second;
            if (below(2) == 0) tree->erase(from);
            put(tree, some_path(), text);
          }
          break;
        case 2:
          if (!tree->empty()) tree->erase(std::next(tree->begin(), below(tree->size())));
          break;
        case 3:  // as some commit before had it
          if (!trees_.empty()) *tree = trees_[below(trees_.size())];
          break;
        default:
          put(tree, some_path(), some_text());
      }
    }
  }

  static void put(Tree* tree, const std::string& path, const std::string& text) {
    (*tree)[path] = text;
  }

  void commit() {
    const std::uint32_t own = static_cast<std::uint32_t>(trees_.size()) + 1;
    std::vector<std::uint32_t> parents;
    if (own > 1 && below(15) != 0) {
      const std::uint32_t wanted = below(4) != 0 ? 1 : below(5) != 0 ? 2 : 3;
      for (std::uint32_t i = 0; i < wanted; ++i) {
        // Mostly late ones, so that there are lines and not a bush.
        const std::uint32_t parent =
            below(3) == 0 ? 1 + below(own - 1) : own - 1 - below(std::min(own - 1, 3U));
        if (std::find(parents.begin(), parents.end(), parent) == parents.end()) {
          parents.push_back(parent);
        }
      }
    }
    Tree tree;
    for (auto parent = parents.rbegin(); parent != parents.rend(); ++parent) {
      for (const auto& [path, text] : trees_[*parent - 1]) put(&tree, path, text);
    }
    if (parents.size() < 2 || below(3) == 0) edit(&tree);
    write(own, parents, tree);
    trees_.push_back(std::move(tree));
  }

  void write(std::uint32_t own, const std::vector<std::uint32_t>& parents, const Tree& tree) {
    dates_ += below(4) == 0 ? 0 : below(1000);  // some at the same second
    const std::int64_t date =
        below(10) == 0 ? dates_ - below(5000) : dates_;  // some clocks are off
    out_ += "commit refs/made/" + std::to_string(own) + "\nmark :" + std::to_string(own) + "\n";
    out_ += "author A" + std::to_string(below(3)) + " <a@example.org> " +
            std::to_string(date - below(100)) + " +0200\n";
    out_ += "committer C <c@example.org> " + std::to_string(date) + " -0300\n";
    data("commit " + std::to_string(own) + "\n");
    for (std::size_t i = 0; i < parents.size(); ++i) {
      out_ += (i == 0 ? "from :" : "merge :") + std::to_string(parents[i]) + "\n";
    }
    out_ += "deleteall\n";
    for (const auto& [path, text] : tree) {
      out_ += "M 100644 inline " + path + "\n";
      data(text);
    }
    out_ += "\n";
  }

  void data(const std::string& text) {
    out_ += "data " + std::to_string(text.size()) + "\n" + text + "\n";
  }

  // Some commits get names, most do not.
  void refs() {
    const auto count = static_cast<std::uint32_t>(trees_.size());
    const auto name = [&](const std::string& ref, std::uint32_t commit) {
      out_ += "reset " + ref + "\nfrom :" + std::to_string(commit) + "\n\n";
    };
    name("refs/heads/main", count - below(5));
    name("refs/heads/side", 1 + below(count));
    name("refs/heads/old", 1 + below(count));
    name("refs/remotes/origin/main", 1 + below(count));
    name("refs/pull/1/head", 1 + below(count));
    out_ += "tag v1\nfrom :" + std::to_string(1 + below(count)) +
            "\ntagger T <t@example.org> 1600000000 +0000\n";
    data("a tag\n");
  }

  std::mt19937 random_;
  const std::vector<std::string>& secrets_;
  std::int64_t dates_;
  std::vector<Tree> trees_;
  std::string out_;
};

struct Commit {
  std::vector<std::string> parents;
  std::int64_t date = 0;
  std::map<std::pair<std::string, std::string>, std::string> present;  // secret, path; blob
};

using Commits = std::map<std::string, Commit>;

std::set<std::string> history_of(const Commits& commits, const std::string& tip) {
  std::set<std::string> out;
  std::vector<std::string> open = {tip};
  while (!open.empty()) {
    const std::string id = open.back();
    open.pop_back();
    const auto found = commits.find(id);
    if (found == commits.end() || !out.insert(id).second) continue;
    open.insert(open.end(), found->second.parents.begin(), found->second.parents.end());
  }
  return out;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Commits read_commits(GitFixture* git, const std::string& repo,
                     const std::vector<std::string>& secrets) {
  Commits commits;
  std::map<std::string, std::vector<std::string>> holders;  // blob; secrets
  for (const std::string& line : git->lines(repo, {"cat-file", "--batch-all-objects",
                                                   "--batch-check=%(objectname) %(objecttype)"})) {
    const auto words = words_of(line);
    if (words[1] == "blob") {
      const std::string bytes = git->git(repo, {"cat-file", "blob", words[0]});
      for (const std::string& secret : secrets) {
        if (bytes.find(secret) != std::string::npos) holders[words[0]].push_back(secret);
      }
    }
    if (words[1] != "commit") continue;
    const auto shown =
        words_of(git->git(repo, {"log", "-1", "--format=%ct %P", "--end-of-options", words[0]}));
    Commit& commit = commits[words[0]];
    commit.date = std::stoll(shown[0]);
    commit.parents.assign(shown.begin() + 1, shown.end());
  }
  for (auto& [id, commit] : commits) {
    for (const std::string& line : git->lines(repo, {"ls-tree", "-r", id})) {
      const std::size_t tab = line.find('\t');
      const std::string blob = words_of(line.substr(0, tab))[2];
      const auto held = holders.find(blob);
      if (held == holders.end()) continue;
      for (const std::string& secret : held->second) {
        commit.present[{secret, line.substr(tab + 1)}] = blob;
      }
    }
  }
  return commits;
}

// The last commit of the default branch's history that lacks it while a parent has it.
std::string removal(const Commits& commits, const std::string& tip,
                    const std::pair<std::string, std::string>& key) {
  if (commits.at(tip).present.count(key) != 0) return "";
  std::pair<std::int64_t, std::string> last;
  for (const std::string& id : history_of(commits, tip)) {
    const Commit& commit = commits.at(id);
    if (commit.present.count(key) != 0) continue;
    for (const std::string& parent : commit.parents) {
      if (commits.at(parent).present.count(key) != 0) last = std::max(last, {commit.date, id});
    }
  }
  return last.second;
}

}  // namespace

std::string random_history(GitFixture* git, std::uint32_t seed, bool packed,
                           std::vector<std::string>* secrets) {
  for (std::uint64_t i = 0; i < 8; ++i) secrets->push_back(token(20000 + i));
  const std::string repo = seed % 3 == 0 ? git->init("made.git", {"--bare"}) : git->init("made");
  const std::string git_dir = seed % 3 == 0 ? repo : repo + "/.git";
  git->git(repo, {"fast-import", "--quiet"}, Generator(seed, *secrets).stream());
  const std::string list =
      git->git(repo, {"for-each-ref", "--format=delete %(refname)", "refs/made/"});
  if (packed) {
    git->git(repo, {"repack", "-adfq"});
    git->git(repo, {"update-ref", "--stdin"}, list + "\n");  // now most commits dangle
    return repo;
  }
  git->git(repo, {"update-ref", "--stdin"}, list + "\n");
  std::vector<fs::path> packs;
  for (const auto& entry : fs::directory_iterator(git_dir + "/objects/pack")) {
    packs.push_back(entry.path());
  }
  for (const fs::path& path : packs) {
    const std::string bytes = path.extension() == ".pack" ? read_bytes(path.string()) : "";
    fs::remove(path.string().substr(0, path.string().rfind('.')) + ".idx");
    fs::remove(path);
    if (!bytes.empty()) git->git(repo, {"unpack-objects", "-q"}, bytes);
  }
  return repo;
}

std::vector<Sojourn> brute_force(GitFixture* git, const std::string& repo,
                                 const std::vector<std::string>& secrets) {
  const Commits commits = read_commits(git, repo, secrets);
  std::vector<std::pair<std::string, std::string>> refs = {
      {"HEAD", git->git(repo, {"rev-parse", "HEAD"})}};
  for (const std::string& line : git->lines(repo, {"for-each-ref", "--format=%(refname)"})) {
    refs.emplace_back(line, git->git(repo, {"rev-parse", line + "^{commit}"}));
  }
  std::map<std::string, std::set<std::string>> histories;
  for (const auto& [name, commit] : refs) histories[name] = history_of(commits, commit);

  std::vector<Sojourn> out;
  for (const auto& [id, commit] : commits) {
    for (const auto& [key_here, blob] : commit.present) {
      const auto& key = key_here;  // Clang 14 captures no structured binding
      const bool inherited = std::any_of(
          commit.parents.begin(), commit.parents.end(),
          [&](const std::string& parent) { return commits.at(parent).present.count(key) != 0; });
      if (inherited) continue;
      Sojourn sojourn;
      std::tie(sojourn.secret, sojourn.path) = key;
      sojourn.commit = id;
      sojourn.object = blob;
      sojourn.removed_in = removal(commits, refs[0].second, key);
      for (const auto& [name, tip] : refs) {
        const bool branch =
            name == "HEAD" || name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
        if (branch && commits.at(tip).present.count(key) != 0) sojourn.at_tip = true;
        if (histories[name].count(id) != 0) sojourn.refs.push_back(name);
      }
      std::sort(sojourn.refs.begin(), sojourn.refs.end());
      out.push_back(sojourn);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace dragnet::test_support
