#include "cli/place.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/date.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

struct LineColumn {
  std::size_t line = 1;
  std::size_t column = 1;
};

// Counted byte by byte. In UTF-16 little endian a line feed's zero byte is part of the line feed.
LineColumn line_and_column(const Place& place, std::size_t offset) {
  const bool little = place.needle.size() > 1 && place.needle[0] != 0 && place.needle[1] == 0;
  LineColumn out;
  for (std::size_t i = 0; i < offset; ++i) {
    ++out.column;
    if (place.bytes[i] != '\n') continue;
    ++out.line;
    out.column = 1;
    if (little && i + 1 < offset && place.bytes[i + 1] == 0) ++i;
  }
  return out;
}

Json id_or_null(const std::string& id) { return id.empty() ? Json(nullptr) : Json(id); }

void fill_commit(GitFixture* git, const std::string& repo, const std::string& commit,
                 Place* place) {
  place->commit = commit;
  const auto fields =
      git->lines(repo, {"log", "-1", "--format=%an%n%ae%n%ct", "--end-of-options", commit});
  ASSERT_EQ(fields.size(), 3U);
  place->author_name = fields[0];
  place->author_email = fields[1];
  place->date = format_date(std::stoll(fields[2]));
  place->refs = refs_holding(git, repo, commit);
}

}  // namespace

std::string object_bytes(GitFixture* git, const std::string& repo, const std::string& type,
                         const std::string& id) {
  // Not `git`, which takes the last line feed away.
  const CommandResult result = git->try_git(repo, {"cat-file", type, id});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

std::vector<std::string> refs_holding(GitFixture* git, const std::string& repo,
                                      const std::string& commit) {
  std::vector<std::string> refs =
      git->lines(repo, {"for-each-ref", "--format=%(refname)", "--contains", commit});
  for (const char* name : {"HEAD", "ORIG_HEAD", "MERGE_HEAD"}) {
    if (git->try_git(repo, {"merge-base", "--is-ancestor", commit, name}).status == 0) {
      refs.emplace_back(name);
    }
  }
  std::sort(refs.begin(), refs.end());
  return refs;
}

Place blob_place(GitFixture* git, const std::string& repo, const std::string& commit,
                 const std::string& path, const std::string& needle) {
  Place place;
  place.path = path;
  place.needle = needle;
  place.object = git->git(repo, {"rev-parse", commit + ":" + path});
  place.bytes = object_bytes(git, repo, "blob", place.object);
  fill_commit(git, repo, commit, &place);
  auto branches =
      git->lines(repo, {"for-each-ref", "--format=%(refname)", "refs/heads/", "refs/remotes/"});
  branches.emplace_back("HEAD");
  for (const std::string& branch : branches) {
    const CommandResult blob = git->try_git(repo, {"cat-file", "blob", branch + ":" + path});
    if (blob.status == 0 && blob.out.find(needle) != std::string::npos) place.at_tip = true;
  }
  return place;
}

Place commit_place(GitFixture* git, const std::string& repo, const std::string& commit,
                   const std::string& needle) {
  Place place;
  place.type = "commit";
  place.needle = needle;
  place.object = commit;
  place.bytes = object_bytes(git, repo, "commit", commit);
  fill_commit(git, repo, commit, &place);
  return place;
}

void expect_place(const Json& occurrence, const Place& place) {
  SCOPED_TRACE(occurrence.dump(1, ' ', true));
  ASSERT_TRUE(occurrence.contains("object_type"));
  const std::size_t start = place.bytes.find(place.needle);
  ASSERT_NE(start, std::string::npos);
  const std::size_t end = start + place.needle.size();
  const LineColumn first = line_and_column(place, start);
  const LineColumn last = line_and_column(place, end);
  EXPECT_EQ(occurrence["object_type"], place.type);
  EXPECT_EQ(occurrence["object"], id_or_null(place.object));
  EXPECT_EQ(occurrence["path"].is_null(), place.path.empty());
  EXPECT_EQ(bytes_of(occurrence, "path", "path_encoding"), place.path);
  EXPECT_EQ(occurrence["start"], start);
  EXPECT_EQ(occurrence["end"], end);
  EXPECT_EQ(occurrence["line"], first.line);
  EXPECT_EQ(occurrence["column"], first.column);
  EXPECT_EQ(occurrence["end_line"], last.line);
  EXPECT_EQ(occurrence["end_column"], last.column);
  EXPECT_EQ(occurrence["commit"], id_or_null(place.commit));
  EXPECT_EQ(occurrence["author_name"], place.author_name);
  EXPECT_EQ(occurrence["author_email"], place.author_email);
  EXPECT_EQ(occurrence["date"], id_or_null(place.date));
  EXPECT_EQ(occurrence["at_tip"], place.at_tip);
  EXPECT_EQ(occurrence["removed_in"], id_or_null(place.removed_in));
  EXPECT_EQ(occurrence["refs"], Json(place.refs));
  EXPECT_EQ(occurrence["ref_count"], place.refs.size());
}

}  // namespace dragnet::test_support
