#include "findings/permalink.h"

#include <gtest/gtest.h>

#include <string>

namespace dragnet {
namespace {

const std::string kLinkedCommit = "0123456789abcdef0123456789abcdef01234567";

std::string link(const std::string& url, ByteView path = "a/b.txt") {
  return permalink(url, kLinkedCommit, path, 7).value_or("none");
}

TEST(Permalink, OneLinkForEveryFormOfARemote) {
  const std::string wanted = "https://github.com/owner/name/blob/" + kLinkedCommit + "/a/b.txt#L7";
  for (const char* url :
       {"https://github.com/owner/name", "https://github.com/owner/name.git",
        "https://github.com/owner/name/", "https://github.com/owner/name.git/",
        "http://github.com/owner/name.git", "git://github.com/owner/name.git",
        "ssh://git@github.com/owner/name.git", "ssh://github.com/owner/name",
        "git@github.com:owner/name.git", "github.com:owner/name", "git@github.com:/owner/name.git",
        "https://user@github.com/owner/name.git"}) {
    EXPECT_EQ(link(url), wanted) << url;
  }
}

TEST(Permalink, EveryHostHasAFormOfItsOwn) {
  EXPECT_EQ(link("https://gitlab.com/group/sub/name.git"),
            "https://gitlab.com/group/sub/name/-/blob/" + kLinkedCommit + "/a/b.txt#L7");
  EXPECT_EQ(link("git@bitbucket.org:owner/name.git"),
            "https://bitbucket.org/owner/name/src/" + kLinkedCommit + "/a/b.txt#lines-7");
  EXPECT_EQ(link("ssh://git@codeberg.org/owner/name.git"),
            "https://codeberg.org/owner/name/src/commit/" + kLinkedCommit + "/a/b.txt#L7");
}

TEST(Permalink, NothingForWhatIsUnknown) {
  for (const char* url : {"",
                          "-",
                          ":",
                          "@",
                          "/",
                          "https://",
                          "ssh://",
                          "https://example.org/owner/name",
                          "https://github.com",
                          "https://github.com/",
                          "https://github.com.evil.example/owner/name",
                          "https://evil.example/github.com/owner/name",
                          "https://notgithub.com/owner/name",
                          "git@example.org:github.com/owner/name",
                          "/srv/git/name.git",
                          "../name",
                          "name.git",
                          "github.com/owner/name",
                          "./github.com:owner/name",
                          "file:///github.com/owner/name",
                          "ftp://github.com/owner/name",
                          "https://github.com@evil.example/owner/name"}) {
    EXPECT_EQ(link(url), "none") << url;
  }
}

TEST(Permalink, NeverCarriesCredentials) {
  const std::string word = "hunter2";
  for (const std::string& url :
       {"https://user:" + word + "@github.com/owner/name.git",
        "https://" + word + "@github.com/owner/name", "http://:" + word + "@gitlab.com/o/n",
        "https://user:" + word + "@x@github.com/owner/name",
        "https://user:" + word + "/x@github.com/owner/name",
        "ssh://user:" + word + "@bitbucket.org/o/n", word + "@github.com:owner/name"}) {
    EXPECT_EQ(link(url).find(word), std::string::npos) << url;
  }
  EXPECT_NE(link("https://user:" + word + "@github.com/owner/name.git"), "none");
}

TEST(Permalink, EncodesEveryByteOfAPathThatIsNotPlain) {
  const auto encoded = [](ByteView path) {
    const std::string all = link("https://github.com/o/n", path);
    const std::size_t start = all.find(kLinkedCommit) + kLinkedCommit.size() + 1;
    return all.substr(start, all.rfind('#') - start);
  };
  EXPECT_EQ(encoded("a b/c#d?e%f"), "a%20b/c%23d%3Fe%25f");
  EXPECT_EQ(encoded("\xc3\xa9\n\"<>\x1b"), "%C3%A9%0A%22%3C%3E%1B");
  EXPECT_EQ(encoded(ByteView("\0", 1)), "%00");
  for (int byte = 0; byte < 256; ++byte) {
    const ByteString path(1, static_cast<char>(byte));
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '.' || byte == '_' ||
                       byte == '~' || byte == '/';
    EXPECT_EQ(encoded(path).size(), plain ? 1U : 3U) << byte;
  }
}

}  // namespace
}  // namespace dragnet
