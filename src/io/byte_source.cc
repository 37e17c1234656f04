#include "io/byte_source.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace dragnet {

namespace {

constexpr std::size_t kCopyStep = 1 << 20;

}  // namespace

ByteSource::ByteSource(Descriptor file, const std::string& what) {
  file_.emplace(std::move(file));
  reader_.emplace(file_->get(), what);
}

std::optional<std::uint64_t> ByteSource::size() const {
  return reader_ ? reader_->size() : known_.size();
}

Result<FileBytes> ByteSource::read(std::uint64_t in_memory) {
  if (!reader_) return FileBytes(std::move(known_));
  ByteString bytes;
  const std::uint64_t expected = reader_->size().value_or(0);
  if (expected <= in_memory) {
    if (expected > 0) bytes.reserve(expected + 1);
    const auto whole = reader_->read_past(in_memory, &bytes);
    if (!whole) return whole.error();
    if (whole.value()) return FileBytes(std::move(bytes));
    if (reader_->device()) {
      return Error{ErrorKind::kTooLarge, reader_->what() + " is a device with more bytes than fit",
                   "raise --memory"};
    }
  }
  auto writer = ScratchWriter::open(expected);
  if (!writer) return std::move(writer).error();
  if (auto status = writer->append(bytes); !status) return std::move(status).error();
  bytes = ByteString();
  bytes.reserve(kCopyStep);
  while (true) {
    bytes.clear();
    const auto whole = reader_->read_past(kCopyStep / 2, &bytes);
    if (!whole) return whole.error();
    if (auto status = writer->append(bytes); !status) return std::move(status).error();
    if (whole.value()) break;
  }
  auto mapping = writer->map();
  if (!mapping) return std::move(mapping).error();
  return FileBytes(std::move(mapping).value());
}

Result<ByteSource> open_copy(int descriptor, const std::string& what) {
  Descriptor copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (!copy.valid()) return unreadable_error("cannot read " + what + ": " + std::strerror(errno));
  return ByteSource(std::move(copy), what);
}

}  // namespace dragnet
