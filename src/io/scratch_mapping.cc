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

// A new file in `folder` that has no name any more, of `size` bytes that are really there.
Result<Descriptor> open_scratch(const std::string& folder, std::size_t size) {
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return unreadable_error(std::strerror(errno));
  if (disk.f_bavail * disk.f_frsize / 2 < size) return unreadable_error("too little space is free");
  std::string name = folder + "/dragnet-scratch-XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) return unreadable_error(std::strerror(errno));
  ::unlink(name.c_str());
  const int failed = posix_fallocate(file.get(), 0, static_cast<off_t>(size));
  if (failed != 0) return unreadable_error(std::strerror(failed));
  return file;
}

}  // namespace

Result<ScratchMapping> ScratchMapping::make(std::size_t size) {
  std::vector<std::string> folders;
  const char* wanted = std::getenv("TMPDIR");
  if (wanted != nullptr && *wanted != '\0') folders.emplace_back(wanted);
  folders.insert(folders.end(), {"/var/tmp", "/tmp"});
  std::string reason;
  for (const std::string& folder : folders) {
    const auto file = open_scratch(folder, size);
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
  return Error{ErrorKind::kTooLarge,
               std::to_string(size) +
                   " bytes are too large for --memory and for a temporary file (" + reason + ")",
               "raise --memory, or set TMPDIR to a folder with free space"};
}

ScratchMapping::~ScratchMapping() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace dragnet
