#include "io/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace dragnet {

namespace {

// A new file in `folder` that has no name any more; an invalid descriptor, and errno, on failure.
Descriptor open_unlinked(const std::string& folder) {
  std::string name = folder + "/dragnet-spill-XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.valid()) ::unlink(name.c_str());
  return file;
}

}  // namespace

Status SpillFile::open() {
  std::vector<std::string> folders;
  if (!folder_.empty()) {
    folders = {folder_};
  } else {
    const char* wanted = std::getenv("TMPDIR");
    if (wanted != nullptr && *wanted != '\0') folders.emplace_back(wanted);
    folders.insert(folders.end(), {"/tmp", "/var/tmp"});
  }
  int first_errno = 0;
  for (const std::string& folder : folders) {
    Descriptor file = open_unlinked(folder);
    if (file.valid()) {
      file_.emplace(std::move(file));
      return ok_status();
    }
    if (first_errno == 0) first_errno = errno;
  }
  return unreadable_error(
      "cannot make a temporary file in " + folders.front() + ": " + std::strerror(first_errno),
      "set TMPDIR to a folder with free space");
}

Status SpillFile::append(ByteView bytes) {
  if (!file_) {
    Status opened = open();
    if (!opened.ok()) return opened;
  }
  std::uint64_t at = size_;
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file_->get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      return unreadable_error(std::string("cannot write a temporary file: ") + std::strerror(errno),
                              "set TMPDIR to a folder with free space");
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
    at += static_cast<std::uint64_t>(put);
  }
  size_ = at;
  return ok_status();
}

Status SpillFile::read(std::uint64_t offset, std::size_t size, ByteString* out) const {
  out->resize(size);
  if (size == 0) return ok_status();
  if (!file_ || offset > size_ || size > size_ - offset) {
    return Error{ErrorKind::kInternal, "read past the end of a temporary file", ""};
  }
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got =
        ::pread(file_->get(), out->data() + have, size - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return unreadable_error(std::string("cannot read a temporary file back: ") +
                              (got < 0 ? std::strerror(errno) : "it is too short"));
    }
    have += static_cast<std::size_t>(got);
  }
  return ok_status();
}

}  // namespace dragnet
