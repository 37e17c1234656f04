#include "io/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/process.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kReadStep = 1 << 20;
// How soon an interrupt is noticed by who waits for a pipe that stays open. A signal alone does not
// do: it may come between looking and waiting, or to another thread.
constexpr int kInterruptTick = 100;  // milliseconds

// False where the process was interrupted.
bool wait_for_input(int descriptor) {
  while (true) {
    if (interrupted()) return false;
    struct pollfd wait {
      descriptor, POLLIN, 0
    };
    if (::poll(&wait, 1, kInterruptTick) != 0) return !interrupted();
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

DescriptorReader::DescriptorReader(int descriptor, std::string what)
    : descriptor_(descriptor), what_(std::move(what)) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return;  // reading it says why
  folder_ = S_ISDIR(status.st_mode);
  device_ = S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
  if (S_ISREG(status.st_mode)) {
    size_ = static_cast<std::uint64_t>(status.st_size);
  } else {
    // What does not block is asked first: a pipe that nobody writes is at its end.
    may_wait_ = (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
  }
}

Result<std::size_t> DescriptorReader::read_some(char* to, std::size_t most) {
  while (true) {
    if (interrupted() || (may_wait_ && !wait_for_input(descriptor_))) {
      return unreadable_error("interrupted");
    }
    const ssize_t got = ::read(descriptor_, to, most);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN && !wait_for_input(descriptor_)) return unreadable_error("interrupted");
    if (errno != EINTR && errno != EAGAIN) {
      return unreadable_error("cannot read " + what_ + ": " + std::strerror(errno));
    }
  }
}

Result<bool> DescriptorReader::read_past(std::uint64_t limit, ByteString* out) {
  if (folder_) return unreadable_error("cannot read " + what_ + ": is a folder");
  while (out->size() <= limit) {
    const std::size_t have = out->size();
    const std::size_t step = std::clamp<std::size_t>(out->capacity() - have, 4096, kReadStep);
    out->resize(have + step);
    const auto got = read_some(out->data() + have, step);
    out->resize(have + (got ? got.value() : 0));
    if (!got) return got.error();
    if (got.value() == 0) return true;
  }
  return false;
}

Result<ByteString> read_descriptor(int descriptor, const std::string& what, std::uint64_t limit) {
  DescriptorReader reader(descriptor, what);
  const Error too_large{ErrorKind::kTooLarge, what + " is too large", "raise --memory"};
  ByteString out;
  if (const auto size = reader.size()) {
    if (*size > limit) return too_large;
    out.reserve(*size + 1);
  }
  const auto whole = reader.read_past(limit, &out);
  if (!whole) return whole.error();
  if (!whole.value()) return too_large;
  return out;
}

Status write_descriptor(int descriptor, const std::string& what, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EPIPE) return unreadable_error("broken pipe");
    if (put < 0) return unreadable_error("cannot write " + what + ": " + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return ok_status();
}

bool is_broken_pipe(const Error& error) { return error.message == "broken pipe"; }

}  // namespace dragnet
