#include "findings/permalink.h"

#include <array>
#include <string_view>

namespace dragnet {

namespace {

struct Host {
  std::string_view name;
  std::string_view before_commit;
  std::string_view before_line;
};

constexpr std::array kHosts = {
    Host{"github.com", "/blob/", "#L"},
    Host{"gitlab.com", "/-/blob/", "#L"},
    Host{"bitbucket.org", "/src/", "#lines-"},
    Host{"codeberg.org", "/src/commit/", "#L"},
};

// "host/owner/name" of any of the forms that git takes, or nothing.
std::optional<std::string> host_and_name(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://", "ssh://", "git://"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    if (const auto at = url.find('@'); at != url.npos && at < url.find('/')) {
      url.remove_prefix(at + 1);
    }
    return std::string(url);
  }
  const auto colon = url.find(':');
  if (colon == url.npos || colon > url.find('/')) return std::nullopt;
  std::string_view host = url.substr(0, colon);
  if (const auto at = host.find('@'); at != host.npos) host.remove_prefix(at + 1);
  std::string_view name = url.substr(colon + 1);
  while (name.starts_with('/')) name.remove_prefix(1);
  return std::string(host) + "/" + std::string(name);
}

std::string percent_encoded(ByteView path) {
  static constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != kPlain.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace

std::optional<std::string> permalink(const std::string& repository, const std::string& commit,
                                     ByteView path, std::uint64_t line) {
  auto name = host_and_name(repository);
  if (!name) return std::nullopt;
  while (name->ends_with("/")) name->pop_back();
  if (name->ends_with(".git")) name->resize(name->size() - 4);
  for (const Host& host : kHosts) {
    if (!name->starts_with(host.name) || name->size() <= host.name.size() ||
        (*name)[host.name.size()] != '/') {
      continue;
    }
    return "https://" + *name + std::string(host.before_commit) + commit + "/" +
           percent_encoded(path) + std::string(host.before_line) + std::to_string(line);
  }
  return std::nullopt;
}

}  // namespace dragnet
