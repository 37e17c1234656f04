#include "io/scratch_mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "io/descriptor.h"

namespace dragnet {

namespace {

constexpr const char* kNoSpace = "too little space is free";

// A new file in `folder` that has no name any more, where twice `size` bytes are free.
Result<Descriptor> open_scratch(const std::string& folder, std::size_t size) {
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return unreadable_error(std::strerror(errno));
  if (disk.f_bavail * disk.f_frsize / 2 < size) return unreadable_error(kNoSpace);
  std::string name = folder + "/dragnet-scratch-XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) return unreadable_error(std::strerror(errno));
  ::unlink(name.c_str());
  return file;
}

// The same, and the disk's blocks are taken.
Result<Descriptor> take_scratch(const std::string& folder, std::size_t size) {
  auto file = open_scratch(folder, size);
  if (!file) return file;
  const int failed = posix_fallocate(file->get(), 0, static_cast<off_t>(size));
  if (failed != 0) return unreadable_error(std::strerror(failed));
  return file;
}

std::vector<std::string> scratch_folders() {
  std::vector<std::string> folders;
  const char* wanted = std::getenv("TMPDIR");
  if (wanted != nullptr && *wanted != '\0') folders.emplace_back(wanted);
  folders.insert(folders.end(), {"/var/tmp", "/tmp"});
  return folders;
}

Error too_large(const std::string& size, const std::string& reason) {
  return Error{ErrorKind::kTooLarge,
               size + " bytes are too large for --memory and for a temporary file (" + reason + ")",
               "raise --memory, or set TMPDIR to a folder with free space"};
}

}  // namespace

Result<ScratchMapping> ScratchMapping::make(std::size_t size) {
  std::string reason;
  for (const std::string& folder : scratch_folders()) {
    const auto file = take_scratch(folder, size);
    if (file.ok()) {
      void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.value().get(), 0);
      if (at != MAP_FAILED) {
        ScratchMapping mapping;
        mapping.data_ = static_cast<char*>(at);
        mapping.size_ = size;
        return mapping;
      }
      if (reason.empty()) reason = folder + ": " + std::strerror(errno);
    } else if (reason.empty()) {
      reason = folder + ": " + file.error().message;
    }
  }
  return too_large(std::to_string(size), reason);
}

ScratchMapping::~ScratchMapping() {
  if (data_ != nullptr) munmap(data_, size_);
}

Result<ScratchWriter> ScratchWriter::open(std::size_t expected) {
  std::string reason;
  for (const std::string& folder : scratch_folders()) {
    auto file = open_scratch(folder, expected);
    if (file.ok()) return ScratchWriter(std::move(file).value(), folder);
    if (reason.empty()) reason = folder + ": " + file.error().message;
  }
  return too_large(std::to_string(expected), reason);
}

Status ScratchWriter::append(ByteView bytes) {
  const auto refused = [&](const std::string& reason) {
    return too_large("more than " + std::to_string(size_), folder_ + ": " + reason);
  };
  struct statvfs disk {};
  if (fstatvfs(file_.get(), &disk) != 0) return refused(std::strerror(errno));
  if (disk.f_bavail * disk.f_frsize < size_ + 2 * bytes.size()) return refused(kNoSpace);
  // Written, not stored through a mapping: a disk that is full is an error value then.
  while (!bytes.empty()) {
    const ssize_t put =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return refused(put < 0 ? std::strerror(errno) : "nothing can be written");
    bytes.remove_prefix(static_cast<std::size_t>(put));
    size_ += static_cast<std::size_t>(put);
  }
  return ok_status();
}

Result<ScratchMapping> ScratchWriter::map() {
  ScratchMapping mapping;
  if (size_ == 0) return mapping;
  void* at = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (at == MAP_FAILED) return too_large(std::to_string(size_), std::strerror(errno));
  mapping.data_ = static_cast<char*>(at);
  mapping.size_ = size_;
  return mapping;
}

}  // namespace dragnet
