// Refs, pseudo-refs and reflogs, read from their files.
//
// libgit2's iterator leaves out broken refs without a word and gives up on all packed refs at the
// first damaged line; a scanner has to name what it did not see. So files are read here, and only
// tags are peeled through the object store. Refs of the opened repository are named the same
// whichever of its worktrees was opened: those of a linked one start with "worktrees/NAME/".
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "git/object_parse.h"
#include "git/ref_parse.h"
#include "git/repository_files.h"
#include "git/repository_impl.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxLooseRef = 64 << 10;
constexpr std::uintmax_t kMaxPackedRefs = 1 << 30;
constexpr std::uintmax_t kMaxPseudoRef = 64 << 20;
constexpr std::uintmax_t kMaxReflog = 256 << 20;
constexpr int kMaxSymbolicDepth = 10;

struct RawRef : RefValue {
  std::string prefix;  // of the worktree that it belongs to: "" or "worktrees/NAME/"
};
using RawRefs = std::map<std::string, RawRef>;

std::optional<RawRef> parse_loose(std::string_view text) {
  auto value = parse_loose_ref(text);
  if (!value) return std::nullopt;
  return RawRef{*std::move(value), {}};
}

void read_packed(const std::string& common_dir, RawRefs* refs,
                 std::vector<Unreadable>* unreadable) {
  const std::string path = common_dir + "/packed-refs";
  std::error_code error;
  if (!fs::exists(path, error) && !error) return;
  std::string reason;
  const auto text = read_regular_file(path, kMaxPackedRefs, &reason);
  if (!text) {
    unreadable->push_back({"packed-refs", reason});
    return;
  }
  std::vector<std::size_t> damaged;
  for (PackedRef& ref : parse_packed_refs(*text, &damaged)) {
    // In order, as git writes them: each is put at the end.
    refs->insert_or_assign(refs->end(), std::move(ref.name), RawRef{{ref.id, {}}, {}});
  }
  for (const std::size_t number : damaged) {
    unreadable->push_back({"packed-refs", "line " + std::to_string(number) + " is no ref"});
  }
}

// Files below DIR/refs; `prefix` is what the names of a linked worktree start with.
void read_loose(const std::string& dir, const std::string& prefix, RawRefs* refs,
                std::vector<Unreadable>* unreadable) {
  for (const std::string& file : files_below(dir + "/refs", unreadable)) {
    if (file.ends_with(".lock")) continue;
    const std::string name = prefix + "refs/" + file;
    std::string reason = "this is no ref";
    const auto text = read_regular_file(dir + "/refs/" + file, kMaxLooseRef, &reason);
    auto ref = text ? parse_loose(*text) : std::nullopt;
    if (!ref) {
      // A damaged loose ref hides a packed one of the same name, for git too.
      refs->erase(name);
      unreadable->push_back({one_line(name), reason});
      continue;
    }
    ref->prefix = prefix;
    (*refs)[name] = std::move(*ref);
  }
}

std::string worktree_prefix(const Repository::Impl& impl, const std::string& dir) {
  if (dir == impl.common_dir) return "";
  return "worktrees/" + fs::path(dir).filename().string() + "/";
}

RawRefs read_all(const Repository::Impl& impl, std::vector<Unreadable>* unreadable) {
  RawRefs refs;
  read_packed(impl.common_dir, &refs, unreadable);
  for (const std::string& dir : impl.worktree_dirs()) {
    const std::string prefix = worktree_prefix(impl, dir);
    read_loose(dir, prefix, &refs, unreadable);
    std::string reason = "this is no ref";
    const auto text = read_regular_file(dir + "/HEAD", kMaxLooseRef, &reason);
    auto head = text ? parse_loose(*text) : std::nullopt;
    if (head) {
      head->prefix = prefix;
      refs[prefix + "HEAD"] = std::move(*head);
    } else {
      unreadable->push_back({one_line(prefix + "HEAD"), reason});
    }
  }
  return refs;
}

// Follows symbolic refs to one with an id; null where there is none.
const RawRef* resolve(const RawRefs& refs, const RawRef& start) {
  const RawRef* ref = &start;
  for (int depth = 0; depth < kMaxSymbolicDepth; ++depth) {
    if (ref->symbolic.empty()) return ref;
    auto next = refs.find(ref->symbolic);
    if (next == refs.end()) next = refs.find(ref->prefix + ref->symbolic);
    if (next == refs.end()) return nullptr;
    ref = &next->second;
  }
  return nullptr;
}

bool is_unborn_head(const std::string& name, const RawRef& ref) {
  return (name == "HEAD" || name == ref.prefix + "HEAD") && ref.symbolic.starts_with("refs/heads/");
}

// Files of a git directory that hold ids without being refs.
bool is_pseudo_ref(const std::string& name) {
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != std::string::npos) return false;
  return name.ends_with("_HEAD") || name == "BISECT_EXPECTED_REV" || name == "AUTO_MERGE";
}

constexpr std::array<const char*, 7> kSequencerFiles = {
    "rebase-merge/orig-head", "rebase-merge/onto", "rebase-merge/autostash",
    "rebase-apply/orig-head", "rebase-apply/onto", "rebase-apply/autostash",
    "sequencer/head"};

// Ids at the starts of the lines of a file.
std::vector<ObjectId> ids_of_lines(std::string_view text) {
  std::vector<ObjectId> ids;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (const auto id = ObjectId::from_hex(line.substr(0, line.find_first_of(" \t\r")))) {
      ids.push_back(*id);
    }
  }
  return ids;
}

void read_pseudo_refs(const Repository::Impl& impl, std::vector<Ref>* refs,
                      std::vector<Unreadable>* unreadable) {
  for (const std::string& dir : impl.worktree_dirs()) {
    std::vector<std::string> names(kSequencerFiles.begin(), kSequencerFiles.end());
    std::error_code error;
    for (fs::directory_iterator at(dir, error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (is_pseudo_ref(name)) names.push_back(name);
    }
    const std::string prefix = worktree_prefix(impl, dir);
    for (const std::string& name : names) {
      std::error_code missing;
      const std::string path = dir + "/" + name;
      if (!fs::exists(path, missing) && !missing) continue;
      std::string reason = "file holds no object id";
      const auto text = read_regular_file(path, kMaxPseudoRef, &reason);
      const std::vector<ObjectId> ids = text ? ids_of_lines(*text) : std::vector<ObjectId>{};
      for (const ObjectId& id : ids) refs->push_back({prefix + name, id, {}});
      const bool symbolic = text && text->starts_with("ref:");
      if (ids.empty() && !symbolic && !(text && text->empty())) {
        unreadable->push_back({one_line(prefix + name), reason});
      }
    }
  }
}

// The commit that an id leads to through tags; empty where there is none. What is there and cannot
// be read goes to `unreadable`.
ObjectId peel(ObjectSession* session, ObjectId id, std::vector<Unreadable>* unreadable) {
  for (int depth = 0; depth < kMaxTagDepth; ++depth) {
    const auto header = session->header(id);
    if (!header.ok()) return {};
    if (header.value().type == ObjectType::kCommit) return id;
    if (header.value().type != ObjectType::kTag) return {};
    const auto view = session->read(id);
    const auto tag = view.ok() ? parse_tag(view.value().bytes) : unreadable_error("");
    if (!tag.ok()) {
      unreadable->push_back({id.hex(), view.ok() ? tag.error().message : view.error().message});
      return {};
    }
    id = tag.value().target;
  }
  return {};
}

// "https://user:word@host/path?token=x" without what may be secret.
std::string without_credentials(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) {
    // "user@host:path"; a local path has a slash before any at sign.
    const std::size_t at = url.find('@');
    if (at != std::string::npos && at < url.find('/') && at < url.find(':')) url.erase(0, at + 1);
    return url;
  }
  url.erase(std::min(url.find_first_of("?#", scheme), url.size()));
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(url.find('/', begin), url.size());
  std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < begin) {
    // A password with a slash in it: what stands before the slash is no host and port then.
    const std::size_t colon = url.find(':', begin);
    const bool port = colon >= end || url.find_first_not_of("0123456789", colon + 1) >= end;
    at = port ? std::string::npos : url.rfind('@');
  }
  if (at != std::string::npos && at >= begin) url.erase(begin, at + 1 - begin);
  return url;
}

std::string default_branch(const RawRefs& refs) {
  for (const char* name : {"HEAD", "refs/remotes/origin/HEAD"}) {
    const auto ref = refs.find(name);
    if (ref == refs.end() || ref->second.symbolic.empty()) continue;
    if (resolve(refs, ref->second) != nullptr) return ref->second.symbolic;
  }
  return "";
}

}  // namespace

Result<RefList> Repository::refs(std::vector<Unreadable>* unreadable) const {
  const RawRefs raw = read_all(*impl_, unreadable);
  std::vector<Ref> refs;
  for (const auto& [name, ref] : raw) {
    const RawRef* end = resolve(raw, ref);
    if (end != nullptr) {
      refs.push_back({name, end->id, {}});
    } else if (!is_unborn_head(name, ref)) {
      unreadable->push_back(
          {one_line(name), "it points at '" + one_line(ref.symbolic) + "', which is no ref"});
    }
  }
  read_pseudo_refs(*impl_, &refs, unreadable);
  // Not libgit2, which refuses packs of version 3: their tags would lead nowhere.
  auto session = open_pack_session();
  if (!session.ok()) return std::move(session).error();
  std::unordered_map<ObjectId, ObjectId, ObjectIdHash> commits;
  for (Ref& ref : refs) {
    const auto [at, fresh] = commits.try_emplace(ref.target);
    if (fresh) at->second = peel(session.value().get(), ref.target, unreadable);
    ref.commit = at->second;
  }
  std::sort(refs.begin(), refs.end(), [](const Ref& a, const Ref& b) {
    return std::tie(a.name, a.target) < std::tie(b.name, b.target);
  });
  return RefList{std::move(refs), default_branch(raw)};
}

std::vector<Ref> Repository::Impl::plain_refs() const {
  std::vector<Unreadable> ignored;
  const RawRefs raw = read_all(*this, &ignored);
  std::vector<Ref> refs;
  for (const auto& [name, ref] : raw) {
    if (const RawRef* end = resolve(raw, ref)) refs.push_back({name, end->id, {}});
  }
  return refs;
}

Result<std::optional<ObjectId>> Repository::Impl::head() const {
  std::vector<Unreadable> unreadable;
  const RawRefs refs = read_all(*this, &unreadable);
  const std::string name = worktree_prefix(*this, git_dir) + "HEAD";
  const auto ref = refs.find(name);
  if (ref == refs.end()) return unreadable_error("HEAD is no ref");
  const RawRef* end = resolve(refs, ref->second);
  if (end != nullptr) return std::optional(end->id);
  const bool damaged =
      std::any_of(unreadable.begin(), unreadable.end(),
                  [&](const Unreadable& entry) { return entry.what == ref->second.symbolic; });
  if (damaged || !is_unborn_head(name, ref->second)) {
    return unreadable_error("'" + one_line(ref->second.symbolic) + "' cannot be resolved");
  }
  return std::optional<ObjectId>();
}

bool Repository::has_remotes() const {
  git_strarray names{};
  if (git_remote_list(&names, impl_->handle.get()) < 0) return false;
  const bool any = names.count > 0;
  git_strarray_dispose(&names);
  return any;
}

std::string Repository::remote_url() const {
  git_config* raw = nullptr;
  git_strarray names{};
  if (git_repository_config_snapshot(&raw, impl_->handle.get()) < 0) return "";
  const ConfigHandle config(raw);
  if (git_remote_list(&names, impl_->handle.get()) < 0) return "";
  std::vector<std::string> candidates = {"origin"};
  for (std::size_t i = 0; i < names.count; ++i) candidates.emplace_back(names.strings[i]);
  git_strarray_dispose(&names);
  for (const std::string& name : candidates) {
    const char* url = nullptr;
    const std::string key = "remote." + name + ".url";
    if (git_config_get_string(&url, config.get(), key.c_str()) == 0 && url != nullptr) {
      return without_credentials(url);
    }
  }
  return "";
}

Result<std::vector<ReflogText>> Repository::reflogs(std::vector<Unreadable>* unreadable) const {
  std::vector<ReflogText> logs;
  for (const std::string& dir : impl_->worktree_dirs()) {
    const std::string prefix = worktree_prefix(*impl_, dir) + "logs/";
    for (const std::string& file : files_below(dir + "/logs", unreadable)) {
      std::string reason;
      auto text = read_regular_file(dir + "/logs/" + file, kMaxReflog, &reason);
      if (text) {
        logs.push_back({prefix + file, std::move(*text)});
      } else {
        unreadable->push_back({one_line(prefix + file), reason});
      }
    }
  }
  std::sort(logs.begin(), logs.end(),
            [](const ReflogText& a, const ReflogText& b) { return a.path < b.path; });
  return logs;
}

}  // namespace dragnet
