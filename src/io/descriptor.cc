#include "io/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

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

Result<ByteString> read_descriptor(int descriptor, const std::string& what, std::uint64_t limit) {
  ByteString out;
  struct stat status {};
  bool may_wait = false;
  if (::fstat(descriptor, &status) == 0) {
    // What does not block is asked first: a pipe that nobody writes is at its end.
    may_wait = !S_ISREG(status.st_mode) && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
    if (S_ISDIR(status.st_mode)) return unreadable_error("cannot read " + what + ": is a folder");
    if (S_ISREG(status.st_mode)) {
      const auto size = static_cast<std::uint64_t>(status.st_size);
      if (size > limit) {
        return Error{ErrorKind::kTooLarge, what + " is too large", "raise --memory"};
      }
      out.reserve(size + 1);
    }
  }
  while (true) {
    if (may_wait && !wait_for_input(descriptor)) return unreadable_error("interrupted");
    const std::size_t have = out.size();
    const std::uint64_t step =
        std::max<std::uint64_t>(std::min<std::uint64_t>(kReadStep, out.capacity() - have), 4096);
    out.resize(have + step);
    const ssize_t got = ::read(descriptor, out.data() + have, step);
    const int code = errno;
    out.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return out;
    if (got < 0 && code == EAGAIN && !wait_for_input(descriptor)) {
      return unreadable_error("interrupted");
    }
    if (got < 0 && code != EINTR && code != EAGAIN) {
      return unreadable_error("cannot read " + what + ": " + std::strerror(code));
    }
    if (out.size() > limit) {
      return Error{ErrorKind::kTooLarge, what + " is too large", "raise --memory"};
    }
  }
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
