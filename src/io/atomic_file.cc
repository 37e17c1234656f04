#include "io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace dragnet {

namespace {

Error failure(const std::string& path) {
  return unreadable_error("cannot write '" + path + "': " + std::strerror(errno));
}

Status make_folders_above(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failure(folder);
  }
  return ok_status();
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path, std::uint32_t mode) {
  if (auto status = make_folders_above(path); !status) return std::move(status).error();
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) return failure(path);
  AtomicFile out(path, std::move(temporary), std::move(file));
  if (::fchmod(out.file_.get(), mode) != 0) return failure(path);
  return out;
}

Result<AtomicFile> AtomicFile::create_named(const std::string& path, std::uint32_t mode) {
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0) return create(path, mode);
  struct stat standard {};
  if (::fstat(STDOUT_FILENO, &standard) == 0 && standard.st_dev == there.st_dev &&
      standard.st_ino == there.st_ino) {
    Descriptor copy(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!copy.valid()) return failure(path);
    return AtomicFile(path, "", std::move(copy));
  }
  if (!S_ISREG(there.st_mode)) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) return failure(path);
    return AtomicFile(path, "", std::move(file));
  }
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!real) return failure(path);
  return create(real.get(), mode);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")),
      file_(std::move(other.file_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::write(ByteView bytes) {
  return write_descriptor(file_.get(), "'" + path_ + "'", bytes);
}

Status AtomicFile::commit() {
  if (temporary_.empty()) return ok_status();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failure(path_);
  temporary_.clear();
  return ok_status();
}

}  // namespace dragnet
