// Random damage to what git wrote, and a whole audit after each: nothing crashes or hangs, the
// audit ends as audits do, and where something is lost something is listed.
//
// A few hundred changes are a test; DRAGNET_DAMAGE_COUNT and DRAGNET_DAMAGE_SEED ask for more and
// others. A change that breaks a promise is named by its number, and made again by
// DRAGNET_DAMAGE_FIRST with the same seed; DRAGNET_DAMAGE_KEEP is where the damaged repository is
// copied to then (with a count of 1).
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/git_hash.h"
#include "input/target.h"
#include "match/rule_maker.h"
#include "pipeline/audit.h"
#include "support/git_fixture.h"

// Called when a sanitizer has found something; not there without one.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());
// libgit2 1.5 does not free what PCRE2 gave it where a setting's name does not match.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2\n"; }

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::read_bytes;
using test_support::write_bytes;

constexpr unsigned kSecondsForOne = 60;

// What is being tried, for who has to say it when the process dies.
char current[512];

void say_current() {
  // Nothing can be done where it fails.
  if (write(STDERR_FILENO, current, std::strlen(current)) < 0) return;
}

void on_alarm(int) {
  say_current();
  const char hangs[] = "\nit hangs\n";
  if (write(STDERR_FILENO, hangs, sizeof hangs - 1) >= 0) _exit(99);
  _exit(98);
}

std::string secret(unsigned number) {
  std::mt19937 random(number + 77);
  std::string text = "drgkey_";
  for (int i = 0; i < 24; ++i) text += "0123456789abcdefghijklmnopqrstuv"[random() % 32];
  return text;
}

// A repository of one kind and what an audit of it says while it is whole.
struct Subject {
  std::string path;
  std::vector<std::string> files;              // that may be damaged
  std::map<std::string, std::string> content;  // of them
  std::string whole;
  std::set<ByteString> secrets;
};

struct Outcome {
  bool ended = false;  // 0, 1, 3 or 4
  std::string error;
  std::string findings;
  std::set<ByteString> secrets;
  std::vector<IncompleteItem> incomplete;
};

class Damage : public testing::Test {
 protected:
  static std::uint64_t number(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  }

  void SetUp() override {
    signal(SIGALRM, on_alarm);
    if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(say_current);
    Rule rule = make_rule("drg-key", "drgkey_[0-9a-v]{24}");
    pack_ = make_pack({std::move(rule)});
    ASSERT_NE(pack_, nullptr);
  }

  // A history with secrets in many versions, in names, in messages, in tags and in what dangles.
  std::string history(const std::string& name) {
    const std::string repo = git_.init(name);
    git_.git(repo, {"config", "pack.threads", "1"});  // the same packs each time
    std::mt19937 random(5);
    std::string text;
    for (int i = 0; i < 60; ++i) text += "line " + std::to_string(random()) + "\n";
    for (unsigned i = 0; i < 24; ++i) {
      text.replace(random() % (text.size() - 10), 8, std::to_string(random()));
      std::string with_secret = text;
      with_secret.insert(random() % text.size(), "\nkey " + secret(i % 9) + "\n");
      git_.write(repo, "f" + std::to_string(i % 3), with_secret);
      if (i % 6 == 0) git_.write(repo, "d/" + secret(100 + i), "named\n");
      git_.commit(repo, i % 5 == 0 ? "message " + secret(200 + i) : "message");
      if (i == 8 || i == 16) after_part(repo, i);
    }
    git_.git(repo, {"tag", "-m", "tag " + secret(300), "v1"});
    git_.object(repo, "blob", "dangling " + secret(301));
    return repo;
  }
  // Packs in between where there are to be several.
  void after_part(const std::string& repo, unsigned) {
    if (several_) git_.git(repo, {"repack", "-dq"});
  }

  void add_subject(const std::string& repo) {
    // The work tree holds the secrets too, and so do logs, in clear: they are no subject here.
    for (const auto& entry : fs::directory_iterator(repo)) {
      if (entry.path().filename() != ".git") fs::remove_all(entry.path());
    }
    fs::remove(repo + "/.git/index");
    fs::remove_all(repo + "/.git/logs");
    git_.git(repo, {"config", "core.bare", "true"});
    Subject subject;
    subject.path = repo + "/.git";
    for (const auto& entry : fs::recursive_directory_iterator(repo + "/.git/objects")) {
      if (!entry.is_regular_file()) continue;
      const std::string path = entry.path().string();
      if (path.ends_with("/packs") || path.ends_with(".rev")) continue;
      subject.files.push_back(path);
      subject.content[path] = read_bytes(path);
    }
    std::sort(subject.files.begin(), subject.files.end());
    const Outcome whole = audit(subject, {});
    ASSERT_TRUE(whole.ended) << whole.error;
    for (const IncompleteItem& item : whole.incomplete) ADD_FAILURE() << item.reason;
    subject.whole = whole.findings;
    subject.secrets = whole.secrets;
    ASSERT_EQ(subject.secrets.size(), 9U + 4U + 5U + 2U);
    subjects_.push_back(std::move(subject));
  }

  void make_subjects() {
    std::string repo = history("deep");
    git_.git(repo, {"repack", "-adfq", "--depth=250", "--window=50"});
    git_.git(repo, {"commit-graph", "write", "--reachable"});
    ASSERT_NO_FATAL_FAILURE(add_subject(repo));

    repo = history("old");
    git_.git(repo, {"-c", "pack.indexVersion=1", "repack", "-adfq", "--depth=30"});
    ASSERT_NO_FATAL_FAILURE(add_subject(repo));

    several_ = true;
    repo = history("several");
    git_.git(repo, {"repack", "-q", "-d"});
    git_.git(repo, {"multi-pack-index", "write"});
    ASSERT_NO_FATAL_FAILURE(add_subject(repo));

    repo = history("copies");
    git_.git(repo, {"repack", "-q", "-a", "-f"});  // all of it again
    ASSERT_NO_FATAL_FAILURE(add_subject(repo));

    repo = history("shared");
    git_.git(repo, {"repack", "-q", "-d"});
    git_.git(repo, {"multi-pack-index", "write"});
    for (const auto& entry : fs::directory_iterator(repo + "/.git/objects/pack")) {
      if (entry.path().extension() == ".idx") fs::remove(entry.path());
    }
    ASSERT_NO_FATAL_FAILURE(add_subject(repo));
    several_ = false;

    ASSERT_NO_FATAL_FAILURE(add_subject(history("loose")));
  }

  Outcome audit(const Subject& subject, const AuditOptions& options) {
    Outcome out;
    auto target = open_target(subject.path, false);
    if (!target) {
      out.error = target.error().text();
      return out;
    }
    std::vector<Target> targets;
    targets.push_back(std::move(target).value());
    Audit audit(pack_, IdentityKey::public_key(), std::move(targets), options);
    AuditProgress progress;
    Status status = audit.scan(&progress);
    if (status) {
      status = audit.findings([&](const Finding& finding) {
        out.findings += describe(finding);
        out.secrets.insert(finding.secret);
        return ok_status();
      });
    }
    out.ended = status.ok();
    if (!status) out.error = status.error().text();
    out.incomplete = audit.summary().incomplete;
    return out;
  }

  static std::string first_difference(const std::string& is, const std::string& was) {
    const auto at = static_cast<std::size_t>(
        std::mismatch(is.begin(), is.end(), was.begin(), was.end()).first - is.begin());
    const auto line = [at](const std::string& text) {
      const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
      return text.substr(start, text.find('\n', at) - start);
    };
    return "is:  " + line(is) + "\nwas: " + line(was);
  }

  static std::string describe(const Finding& finding) {
    std::string out = finding.id + " " + std::to_string(finding.score) + "\n";
    for (const Occurrence& o : finding.occurrences) {
      out += "  " + std::string(to_string(o.object_type)) + " " +
             (o.object ? o.object->hex() : "") + " " + o.path.value_or("") + " " +
             (o.commit ? o.commit->hex() : "") + " " + std::to_string(o.start) + " " +
             std::to_string(o.line) + (o.at_tip ? " tip " : " ") +
             (o.removed_in ? o.removed_in->hex() : "");
      for (const std::string& ref : o.refs) out += " " + ref;
      out += "\n";
    }
    return out;
  }

  // Changes some bytes; says whether the file's own checksum was made right again.
  bool damage(std::mt19937* random, const Subject& subject, const std::string& path,
              std::string* bytes) {
    const auto below = [random](std::size_t n) { return n == 0 ? 0 : (*random)() % n; };
    const std::size_t start = below(bytes->size());
    // Mostly small, and near the front, where headers are, as often as anywhere.
    const std::size_t at = below(3) == 0 ? below(std::min<std::size_t>(bytes->size(), 64)) : start;
    const std::size_t size = std::min<std::size_t>(bytes->size() - at, std::size_t{1} << below(10));
    switch (below(6)) {
      case 0:
      case 1:
        for (std::size_t i = 0; i < 1 + below(8); ++i) {
          const std::size_t place = i == 0 ? at : below(bytes->size());
          if (!bytes->empty()) (*bytes)[place] ^= static_cast<char>(1U << below(8));
        }
        break;
      case 2:
        bytes->resize(at);
        break;
      case 3: {  // a range from elsewhere, over or into it
        const std::string& other = subject.content.at(subject.files[below(subject.files.size())]);
        const std::string& from = below(2) == 0 ? other : subject.content.at(path);
        const std::string range = from.substr(below(from.size()), size);
        bytes->replace(at, below(2) == 0 ? range.size() : 0, range);
        break;
      }
      case 4:
        bytes->replace(at, size, size, below(2) == 0 ? '\0' : '\xff');
        break;
      default:
        bytes->erase(at, size);
    }
    const bool has_checksum =
        path.find("/pack/") != std::string::npos || path.find("/info/") != std::string::npos;
    if (!has_checksum || bytes->size() < kSha1Size || below(3) != 0) return false;
    const auto hash = GitHasher(kSha1Size).hash(bytes->substr(0, bytes->size() - kSha1Size));
    bytes->replace(bytes->size() - kSha1Size, kSha1Size,
                   {hash->bytes.begin(), hash->bytes.begin() + kSha1Size});
    return true;
  }

  void try_one(std::uint64_t seed, std::uint64_t round) {
    std::seed_seq seeds{seed, round};
    std::mt19937 random(seeds);
    const Subject& subject = subjects_[random() % subjects_.size()];
    AuditOptions options;
    options.threads = 1 + random() % 2;
    options.delta_scan = random() % 4 != 0;
    options.reader = random() % 8 == 0 ? ReaderKind::kLibgit2 : ReaderKind::kPack;
    options.memory = std::uint64_t{random() % 2 == 0 ? 192U : 1024U} << 20;
    std::vector<std::string> changed;
    bool checksums_right = false;
    for (std::size_t i = 0; i < (random() % 4 == 0 ? 2U : 1U); ++i) {
      changed.push_back(subject.files[random() % subject.files.size()]);
    }
    // There are many loose files, and few of all others.
    if (random() % 2 == 0) {
      for (const std::string& file : subject.files) {
        const bool interesting =
            file.find("/pack/") != std::string::npos || file.find("/info/") != std::string::npos;
        if (interesting && random() % 3 == 0) changed[0] = file;
      }
    }
    std::string what = "seed " + std::to_string(seed) + ", change " + std::to_string(round) + ":";
    for (const std::string& file : changed) what += " " + file;
    what += options.reader == ReaderKind::kPack ? " pack" : " libgit2";
    what.resize(std::min(what.size(), sizeof current - 2));
    std::memcpy(current, what.c_str(), what.size() + 1);
    for (const std::string& file : changed) {
      std::string bytes = subject.content.at(file);
      checksums_right = damage(&random, subject, file, &bytes) || checksums_right;
      write_bytes(file, bytes);
    }
    alarm(kSecondsForOne);
    const Outcome outcome = audit(subject, options);
    alarm(0);
    if (const char* keep = std::getenv("DRAGNET_DAMAGE_KEEP"); keep != nullptr) {
      fs::copy(subject.path, keep, fs::copy_options::recursive);
    }
    for (const std::string& file : changed) write_bytes(file, subject.content.at(file));
    ASSERT_TRUE(outcome.ended) << what << ": " << outcome.error;
    for (const IncompleteItem& item : outcome.incomplete) {
      EXPECT_FALSE(item.reason.empty()) << what;
    }
    if (!outcome.incomplete.empty()) {
      ++incomplete_;
      return;
    }
    const bool all = std::includes(outcome.secrets.begin(), outcome.secrets.end(),
                                   subject.secrets.begin(), subject.secrets.end());
    EXPECT_TRUE(all) << what << ": a secret is lost and nothing is listed";
    // An index that is right in itself is believed, also where it was made to deceive.
    if (!checksums_right) {
      EXPECT_TRUE(outcome.findings == subject.whole)
          << what << ": the findings are others and nothing is listed\n"
          << first_difference(outcome.findings, subject.whole);
    }
    ++unharmed_;
  }

  GitFixture git_;
  std::shared_ptr<const RulePack> pack_;
  std::vector<Subject> subjects_;
  bool several_ = false;
  std::uint64_t incomplete_ = 0;
  std::uint64_t unharmed_ = 0;
};

TEST_F(Damage, IsNeverSilent) {
  ASSERT_NO_FATAL_FAILURE(make_subjects());
  const std::uint64_t seed = number("DRAGNET_DAMAGE_SEED", 1);
  const std::uint64_t first = number("DRAGNET_DAMAGE_FIRST", 0);
  const std::uint64_t count = number("DRAGNET_DAMAGE_COUNT", 400);
  for (std::uint64_t round = first; round < first + count; ++round) {
    try_one(seed, round);
    if (HasFatalFailure()) break;
    if ((round + 1) % 10000 == 0) {
      std::printf("%llu changes\n", static_cast<unsigned long long>(round + 1));
      std::fflush(stdout);
    }
  }
  std::printf("%llu changes listed, %llu without harm\n",
              static_cast<unsigned long long>(incomplete_),
              static_cast<unsigned long long>(unharmed_));
  if (count > 100) {
    EXPECT_GT(incomplete_, 0U);
  }
}

}  // namespace
}  // namespace dragnet
