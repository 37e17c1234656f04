#include "git/revision.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "git/object_parse.h"
#include "git/repository_impl.h"

namespace dragnet {
namespace {

constexpr std::size_t kMinDigits = 4;

class RevisionFinder {
 public:
  RevisionFinder(const Repository& repository, ObjectSession* session)
      : repository_(repository), session_(session) {}

  Result<ObjectId> find(std::string_view text);

 private:
  Result<ObjectId> find_name(std::string_view name) const;
  Result<ObjectId> find_digits(std::string_view digits) const;
  Result<ObjectId> peel(ObjectId id);
  Result<ObjectId> parent(const ObjectId& commit, std::uint32_t number);
  Result<ObjectId> step(const ObjectId& commit, std::string_view* rest);

  const Repository& repository_;
  ObjectSession* session_;
};

Error no_commit() { return usage_error("it names no commit"); }

Result<ObjectId> RevisionFinder::find_name(std::string_view name) const {
  const std::vector<Ref> refs = repository_.impl().plain_refs();
  // In git's order.
  for (const char* prefix : {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"}) {
    const std::string whole = prefix + std::string(name);
    const auto at =
        std::lower_bound(refs.begin(), refs.end(), whole,
                         [](const Ref& ref, const std::string& n) { return ref.name < n; });
    if (at != refs.end() && at->name == whole) return at->target;
  }
  return find_digits(name);
}

Result<ObjectId> RevisionFinder::find_digits(std::string_view digits) const {
  if (const auto id = ObjectId::from_hex(digits)) return *id;
  const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (!hex || digits.size() < kMinDigits) return no_commit();
  std::string prefix(digits);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
  const auto listing = repository_.list_objects();
  if (!listing.ok()) return listing.error();
  std::set<ObjectId> found;
  for (const ObjectHeader& object : listing.value().objects) {
    const bool commit = object.type == ObjectType::kCommit || object.type == ObjectType::kTag;
    if (commit && object.id.hex().starts_with(prefix)) found.insert(object.id);
  }
  if (found.size() > 1) return usage_error("several objects start with these digits");
  if (found.empty()) return no_commit();
  return *found.begin();
}

Result<ObjectId> RevisionFinder::peel(ObjectId id) {
  for (int depth = 0; depth < kMaxTagDepth; ++depth) {
    const auto view = session_->read(id);
    if (!view.ok()) return view.error();
    if (view.value().type == ObjectType::kCommit) return id;
    if (view.value().type != ObjectType::kTag) return no_commit();
    const auto tag = parse_tag(view.value().bytes);
    if (!tag.ok()) return tag.error();
    id = tag.value().target;
  }
  return no_commit();
}

// Parents count from 1; 0 is the commit itself.
Result<ObjectId> RevisionFinder::parent(const ObjectId& commit, std::uint32_t number) {
  if (number == 0) return commit;
  const auto view = session_->read(commit);
  if (!view.ok()) return view.error();
  const auto fields = parse_commit(view.value().bytes);
  if (!fields.ok()) return fields.error();
  if (number > fields.value().parents.size()) return usage_error("there is no such parent");
  return fields.value().parents[number - 1];
}

// Takes one ~N, ^N or ^{...} from the front of `rest`.
Result<ObjectId> RevisionFinder::step(const ObjectId& commit, std::string_view* rest) {
  const char kind = rest->front();
  rest->remove_prefix(1);
  for (const char* same : {"{commit}", "{}"}) {
    if (kind == '^' && rest->starts_with(same)) {
      rest->remove_prefix(std::string_view(same).size());
      return commit;
    }
  }
  std::uint32_t number = 1;
  const auto end = std::from_chars(rest->data(), rest->data() + rest->size(), number);
  rest->remove_prefix(static_cast<std::size_t>(end.ptr - rest->data()));
  if (end.ec == std::errc::result_out_of_range) return usage_error("there is no such parent");
  if (kind == '^') return parent(commit, number);
  ObjectId at = commit;
  for (; number > 0; --number) {
    auto next = parent(at, 1);
    if (!next.ok()) return next;
    at = next.value();
  }
  return at;
}

Result<ObjectId> RevisionFinder::find(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of("~^"), text.size());
  auto named = find_name(text.substr(0, end));
  if (!named.ok()) return named;
  auto commit = peel(named.value());
  std::string_view rest = text.substr(end);
  while (commit.ok() && !rest.empty()) {
    if (rest.front() != '~' && rest.front() != '^') return no_commit();
    commit = step(commit.value(), &rest);
  }
  return commit;
}

}  // namespace

Result<ObjectId> find_revision(const Repository& repository, const std::string& text) {
  auto session = repository.open_session();
  if (!session.ok()) return std::move(session).error();
  auto found = RevisionFinder(repository, session.value().get()).find(text);
  if (found.ok()) return found;
  return usage_error("'" + one_line(text) + "' is no commit: " + found.error().message,
                     "name a branch, a tag or a commit id");
}

}  // namespace dragnet
