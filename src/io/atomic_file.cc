#include "io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
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
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return failure(path_);
  temporary_.clear();
  return ok_status();
}

}  // namespace dragnet
