// The commits of `--range` and `--since`: which they are (of a range by commit_walk.h), in which
// order, and what they brought (tree_compare.h).
#include "git/selection.h"

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "git/commit_walk.h"
#include "git/object_parse.h"
#include "git/repository_impl.h"
#include "git/revision.h"
#include "git/tree_compare.h"

namespace dragnet {
namespace {

// Children before parents; among those that may come next the youngest, then the smallest id.
std::vector<ObjectId> order_commits(const HistoryCommits& commits) {
  std::unordered_map<ObjectId, std::size_t, ObjectIdHash> children;
  for (const auto& [id, commit] : commits) {
    for (const ObjectId& parent : commit.parents) {
      if (commits.contains(parent)) ++children[parent];
    }
  }
  using Next = std::pair<std::int64_t, ObjectId>;
  const auto later = [](const Next& a, const Next& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  std::priority_queue<Next, std::vector<Next>, decltype(later)> ready(later);
  for (const auto& [id, commit] : commits) {
    if (!children.contains(id)) ready.push({commit.date, id});
  }
  std::vector<ObjectId> order;
  order.reserve(commits.size());
  while (!ready.empty()) {
    const ObjectId id = ready.top().second;
    ready.pop();
    order.push_back(id);
    for (const ObjectId& parent : commits.at(id).parents) {
      const auto at = children.find(parent);
      if (at != children.end() && --at->second == 0) {
        ready.push({commits.at(parent).date, parent});
      }
    }
  }
  return order;
}

// Tags that refs name and that lead to something selected.
void add_tags(const Repository& repository, ObjectSession* session, TreeCompare* compare,
              Selection* selection) {
  std::vector<Unreadable> ignored;  // the refs stage lists them
  const auto refs = repository.refs(&ignored);
  if (!refs.ok()) {
    selection->unreadable.push_back({"refs", refs.error().message});
    return;
  }
  std::unordered_set<ObjectId, ObjectIdHash> seen;
  for (const Ref& ref : refs.value().refs) {
    if (ref.target == ref.commit || !seen.insert(ref.target).second) continue;
    std::vector<ObjectId> chain;
    ObjectId id = ref.target;
    for (int depth = 0; depth < kMaxTagDepth; ++depth) {
      const auto view = session->read(id);
      if (!view.ok() || view.value().type != ObjectType::kTag) break;
      const auto tag = parse_tag(view.value().bytes);
      if (!tag.ok()) break;
      chain.push_back(id);
      id = tag.value().target;
    }
    if (!compare->has(id)) continue;
    for (const ObjectId& tag : chain) compare->add_object(tag, ObjectType::kTag);
  }
}

// Fills a selection that has its commits' data from `commits`.
void collect_objects(const Repository& repository, ObjectSession* session, CommitReader* reader,
                     const HistoryCommits& commits, Selection* selection) {
  selection->commits = order_commits(commits);
  TreeCompare compare(session, selection);
  std::unordered_map<ObjectId, ObjectId, ObjectIdHash> outside;  // tree of an unselected parent
  for (const ObjectId& id : selection->commits) {
    const HistoryCommit& commit = commits.at(id);
    std::vector<ObjectId> parent_trees;
    for (const ObjectId& parent : commit.parents) {
      const auto inside = commits.find(parent);
      if (inside != commits.end()) {
        parent_trees.push_back(inside->second.tree);
        continue;
      }
      const auto [at, fresh] = outside.try_emplace(parent);
      if (fresh) {
        const auto read = reader->read(parent);
        if (read.ok()) {
          at->second = read.value().tree;
        } else {
          selection->unreadable.push_back({parent.hex(), read.error().message});
        }
      }
      if (!at->second.empty()) parent_trees.push_back(at->second);
    }
    compare.add_object(id, ObjectType::kCommit);
    compare.add(commit.tree, std::move(parent_trees));
  }
  add_tags(repository, session, &compare, selection);
  compare.finish();
  // The walk and the comparison may have met the same missing commit.
  auto& unreadable = selection->unreadable;
  std::sort(unreadable.begin(), unreadable.end(),
            [](const Unreadable& a, const Unreadable& b) { return a.what < b.what; });
  unreadable.erase(
      std::unique(unreadable.begin(), unreadable.end(),
                  [](const Unreadable& a, const Unreadable& b) { return a.what == b.what; }),
      unreadable.end());
}

// The commit that a person's words mean.
Result<ObjectId> find_commit(const Repository& repository, const std::string& text) {
  Repository::Impl& impl = repository.impl();
  const auto store = impl.objects();
  if (!store.ok()) return store.error();
  if (repository.id_size() != kSha1Size) return find_revision(repository, text);
  const std::string quoted = "'" + one_line(text) + "'";
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, impl.handle.get(), text.c_str()) < 0) {
    return libgit2_error(ErrorKind::kUsage, quoted + " of --range is no commit of this repository",
                         "name a branch, a tag or a commit id");
  }
  const ObjectHandle object(raw);
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) < 0) {
    return usage_error(quoted + " of --range is a " +
                           git_object_type2string(git_object_type(object.get())) + ", no commit",
                       "name a branch, a tag or a commit id");
  }
  const ObjectHandle commit(peeled);
  return from_git_oid(*git_object_id(commit.get()));
}

struct Ends {
  ObjectId from;
  ObjectId to;
};

Result<Ends> find_ends(const Repository& repository, const std::string& range) {
  const std::size_t dots = range.find("..");
  if (range.empty() || range.find("...") != std::string::npos) {
    return usage_error("--range '" + one_line(range) + "' is no range", "write A..B");
  }
  std::string from = range.substr(0, dots);
  std::string to = dots == std::string::npos ? "" : range.substr(dots + 2);
  if (from.empty()) from = "HEAD";
  if (to.empty()) to = "HEAD";
  const auto from_id = find_commit(repository, from);
  if (!from_id.ok()) return from_id.error();
  const auto to_id = find_commit(repository, to);
  if (!to_id.ok()) return to_id.error();
  return Ends{from_id.value(), to_id.value()};
}

}  // namespace

Result<Selection> select_range(const Repository& repository, const std::string& range) {
  const auto ends = find_ends(repository, range);
  if (!ends.ok()) return ends.error();
  auto session = repository.open_session();
  if (!session.ok()) return std::move(session).error();
  CommitReader reader(repository, session.value().get());
  Selection selection;
  const HistoryCommits commits = commits_between(repository, &reader, ends.value().from,
                                                 ends.value().to, &selection.unreadable);
  collect_objects(repository, session.value().get(), &reader, commits, &selection);
  return selection;
}

Result<Selection> select_since(const Repository& repository, std::int64_t seconds) {
  auto listing = repository.list_objects();
  if (!listing.ok()) return std::move(listing).error();
  auto session = repository.open_session();
  if (!session.ok()) return std::move(session).error();
  CommitReader reader(repository, session.value().get());
  Selection selection;
  selection.unreadable = std::move(listing.value().unreadable);
  HistoryCommits commits;
  for (const ObjectHeader& object : listing.value().objects) {
    if (object.type != ObjectType::kCommit) continue;
    auto commit = reader.read(object.id);
    if (!commit.ok()) {
      selection.unreadable.push_back({object.id.hex(), commit.error().message});
    } else if (commit.value().date >= seconds) {
      commits.emplace(object.id, std::move(commit.value()));
    }
  }
  collect_objects(repository, session.value().get(), &reader, commits, &selection);
  return selection;
}

}  // namespace dragnet
