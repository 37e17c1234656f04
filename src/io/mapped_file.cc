#include "io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "io/descriptor.h"

namespace dragnet {

Result<MappedFile> MappedFile::open(const std::string& path) {
  // A pipe in the file's place must not make us wait for somebody to write to it.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!file.valid() || fstat(file.get(), &info) != 0) {
    return unreadable_error("file cannot be read: " + std::string(std::strerror(errno)));
  }
  if (!S_ISREG(info.st_mode)) return unreadable_error("this is no regular file");
  MappedFile mapped;
  if (info.st_size == 0) return mapped;
  const std::size_t size = static_cast<std::size_t>(info.st_size);
  void* at = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) {
    return unreadable_error("file cannot be mapped: " + std::string(std::strerror(errno)));
  }
  mapped.bytes_ = ByteView(static_cast<const char*>(at), size);
  mapped.mapping_ = std::shared_ptr<const void>(
      at, [size](const void* mapping) { munmap(const_cast<void*>(mapping), size); });
  return mapped;
}

}  // namespace dragnet
