#include "diff/edited_history.h"

#include <algorithm>
#include <filesystem>
#include <random>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

class Editor {
 public:
  explicit Editor(std::uint32_t seed) : random_(seed) {}

  std::string stream() {
    for (unsigned i = 0; i < 7; ++i) files_.push_back(first_text(i));
    const std::size_t count = 25 + below(40);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
        edit(&files_[below(files_.size())]);
      }
      commit(i);
    }
    return std::move(out_);
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  std::string secret() { return token(40000 + below(12)); }

  std::string word() {
    std::string out;
    for (std::size_t i = 2 + below(8); i > 0; --i) out += static_cast<char>('a' + below(26));
    return out;
  }

  std::string line() {
    std::string out;
    for (std::size_t i = below(9); i > 0; --i) out += word() + " ";
    return out + "\n";
  }

  std::string made_up(std::size_t size) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += alphabet[below(64)];
    return out;
  }

  std::string key_block() {
    const std::string kind = below(2) == 0 ? "RSA PRIVATE" : "PRIVATE";
    std::string out = "-----BEGIN " + kind + " KEY-----\n";
    for (std::size_t i = 4 + below(20); i > 0; --i) out += made_up(64) + "\n";
    return out + made_up(40) + "==\n-----END " + kind + " KEY-----\n";
  }

  // Something that rules look for.
  std::string bait() {
    switch (below(6)) {
      case 0:
        return "password = \"" + made_up(20) + "\"\n";
      case 1:
        return "api_key: '" + made_up(32) + "'" + (below(3) == 0 ? " # gitleaks:allow" : "") + "\n";
      case 2:
        return key_block();
      case 3:
        return secret() + secret();
      default:
        return "key " + secret() + "\n";
    }
  }

  std::string first_text(unsigned number) {
    std::string text;
    while (text.size() < 3000) text += below(12) == 0 ? bait() : line();
    if (number == 1) return utf16(text);
    if (number == 2) {
      for (std::size_t i = 0; i < 400; ++i) {
        text.insert(below(text.size()), 1, static_cast<char>(below(40)));
      }
    }
    return text;
  }

  std::string utf16(const std::string& text) {
    std::string out = "\xff\xfe";
    for (const char c : text) {
      out += c;
      out += '\0';
    }
    return out;
  }

  void edit(std::string* text) {
    if (text->size() < 500) *text += first_text(0);
    const bool wide = text->starts_with("\xff\xfe");
    std::size_t at = below(text->size());
    // Near something of interest, mostly.
    if (below(3) != 0) {
      const std::size_t near = text->find(wide ? std::string("g\0h\0p", 5) : near_what(), at);
      if (near != std::string::npos) at = std::min(near + below(50), text->size() - 1);
    }
    const std::size_t size = std::min(text->size() - at, 1 + below(below(4) == 0 ? 900 : 6));
    switch (below(9)) {
      case 0:  // one byte, and back
        broken_.push_back({text, at, (*text)[at]});
        (*text)[at] = static_cast<char>('a' + below(26));
        break;
      case 1:
        mend();
        break;
      case 2:
        text->erase(at, size);
        break;
      case 3: {  // puts something in between, and takes it out again some time
        const std::string between = below(2) == 0 ? line() : word();
        text->insert(at, wide && below(3) != 0 ? utf16(between).substr(2) : between);
        break;
      }
      case 4: {
        const std::size_t found = text->find("\n\n");
        if (found != std::string::npos) text->erase(found, 1);
        text->erase(at, std::min<std::size_t>(1, size));
        break;
      }
      case 5: {  // moves
        const std::string block = text->substr(at, size * 10);
        text->erase(at, block.size());
        text->insert(below(text->size() + 1), block);
        break;
      }
      case 6:  // doubles
        text->insert(below(text->size() + 1), text->substr(at, size * 20));
        break;
      case 7: {
        const std::string found = bait();
        text->insert(at, wide ? utf16(found).substr(2) : found);
        break;
      }
      default: {  // from another file
        const std::string& other = files_[below(files_.size())];
        const std::string block = other.substr(below(other.size()), 300);
        text->insert(at, block);
      }
    }
    if (text->size() > 12000) text->erase(2000, text->size() - 9000);
  }

  std::string near_what() {
    const char* const what[] = {"ghp", "PRIVATE", "KEY", "password", "api_key"};
    return what[below(5)];
  }

  void mend() {
    if (broken_.empty()) return;
    const Broken last = broken_.back();
    broken_.pop_back();
    if (last.at < last.text->size()) (*last.text)[last.at] = last.was;
  }

  void commit(std::size_t number) {
    out_ += "commit refs/heads/main\ncommitter C <c@example.org> " +
            std::to_string(1600000000 + number * 100) + " +0000\n";
    data(below(6) == 0 ? "message with " + secret() + "\n" : "message\n");
    out_ += "deleteall\n";
    for (std::size_t i = 0; i < files_.size(); ++i) file("f" + std::to_string(i), files_[i]);
    // Names that come and go, in a folder of many, whose trees are deltas of each other.
    for (int i = 0; i < 30; ++i) file("folder/name-" + std::to_string(i) + "-of-many", "x\n");
    if (below(3) != 0) file("folder/" + token(40100 + below(3)) + ".txt", "named\n");
    out_ += "\n";
  }

  void file(const std::string& path, const std::string& text) {
    out_ += "M 100644 inline " + path + "\n";
    data(text);
  }

  void data(const std::string& text) {
    out_ += "data " + std::to_string(text.size()) + "\n" + text + "\n";
  }

  struct Broken {
    std::string* text;
    std::size_t at;
    char was;
  };

  std::mt19937 random_;
  std::vector<std::string> files_;
  std::vector<Broken> broken_;
  std::string out_;
};

std::vector<fs::path> pack_files(const std::string& repo) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(repo + "/objects/pack")) {
    found.push_back(entry.path());
  }
  return found;
}

// Packs that overlap, each with deltas of its own.
void store_several(GitFixture* git, const std::string& repo, std::mt19937* random) {
  const auto ids =
      git->lines(repo, {"cat-file", "--batch-all-objects", "--batch-check=%(objectname)"});
  std::string lists[3];
  for (const std::string& id : ids) {
    lists[(*random)() % 3] += id + "\n";
    if ((*random)() % 4 == 0) lists[(*random)() % 3] += id + "\n";
  }
  const auto old = pack_files(repo);
  for (int i = 0; i < 3; ++i) {
    const char* offsets = i == 0 ? "--no-reuse-delta" : "--delta-base-offset";
    git->git(repo, {"pack-objects", "-q", "--depth=100", offsets, repo + "/objects/pack/pack"},
             lists[i]);
  }
  for (const fs::path& path : old) fs::remove(path);
}

}  // namespace

const char* to_string(Packing packing) {
  static const char* const names[] = {"imported", "gc", "deep", "whole", "several", "old", "loose"};
  return names[static_cast<std::size_t>(packing)];
}

std::string edited_history(GitFixture* git, std::uint32_t seed) {
  const std::string repo = git->init("edited-" + std::to_string(seed) + ".git", {"--bare"});
  git->git(repo, {"fast-import", "--quiet"}, Editor(seed).stream());
  return repo;
}

void store(GitFixture* git, const std::string& repo, Packing packing, std::uint32_t seed) {
  std::mt19937 random(seed);
  switch (packing) {
    case Packing::kImported:
      break;
    case Packing::kGc:
      git->git(repo, {"gc", "-q"});
      break;
    case Packing::kDeep:
      git->git(repo, {"repack", "-adfq", "--depth=250", "--window=50"});
      break;
    case Packing::kWhole:
      git->git(repo, {"repack", "-adfq", "--depth=0"});
      break;
    case Packing::kSeveral:
      store_several(git, repo, &random);
      break;
    case Packing::kOld:
      git->git(repo, {"-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1",
                      "repack", "-adfq", "--depth=40"});
      break;
    case Packing::kLoose: {
      std::vector<std::string> packs;
      for (const fs::path& path : pack_files(repo)) {
        if (path.extension() == ".pack") packs.push_back(read_bytes(path.string()));
        fs::remove(path);
      }
      for (const std::string& pack : packs) git->git(repo, {"unpack-objects", "-q"}, pack);
    }
  }
}

}  // namespace dragnet::test_support
