#include "git/repository_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "git/libgit2_support.h"  // one_line

namespace dragnet {

namespace fs = std::filesystem;

std::optional<std::string> read_regular_file(const std::string& path, std::uintmax_t limit,
                                             std::string* reason) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    *reason = error ? error.message() : "no regular file";
    return std::nullopt;
  }
  if (fs::file_size(path, error) > limit || error) {
    *reason = error ? error.message() : "file is too large";
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    *reason = "file cannot be opened";
    return std::nullopt;
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) {
    *reason = "file cannot be read";
    return std::nullopt;
  }
  return text;
}

std::vector<std::string> files_below(const std::string& folder,
                                     std::vector<Unreadable>* unreadable) {
  std::vector<std::string> files;
  std::vector<std::string> pending = {""};
  while (!pending.empty()) {
    const std::string below = std::move(pending.back());
    pending.pop_back();
    const std::string path = below.empty() ? folder : folder + "/" + below;
    std::error_code error;
    fs::directory_iterator at(path, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
      const std::string name = at->path().filename().string();
      const std::string relative = below.empty() ? name : below + "/" + name;
      std::error_code kind_error;
      if (at->is_directory(kind_error) && !at->is_symlink(kind_error)) {
        pending.push_back(relative);
      } else if (at->is_regular_file(kind_error)) {
        files.push_back(relative);
      }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      unreadable->push_back({one_line(path), "folder cannot be read: " + error.message()});
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> sorted_names(const std::string& folder, std::error_code* error) {
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, *error), end; !*error && at != end; at.increment(*error)) {
    names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace dragnet
