#include "io/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "io/process.h"

namespace dragnet {
namespace {

// A pipe whose reading end may be told not to wait.
struct Pipe {
  explicit Pipe(int flags = 0) {
    std::array<int, 2> end{-1, -1};
    if (::pipe2(end.data(), O_CLOEXEC | flags) != 0) std::abort();
    read_end = end[0];
    write_end = end[1];
  }
  ~Pipe() {
    ::close(read_end);
    close_write_end();
  }
  void close_write_end() {
    if (write_end >= 0) ::close(write_end);
    write_end = -1;
  }
  int read_end = -1;
  int write_end = -1;
};

TEST(ReadDescriptor, ReadsAPipeToItsEnd) {
  for (const int flags : {0, O_NONBLOCK}) {
    for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 300000U}) {
      Pipe pipe(flags);
      ByteString wanted(size, '\0');
      for (std::size_t i = 0; i < size; ++i) wanted[i] = static_cast<char>(i * 31);
      // In pieces, so that the reader has to wait for more.
      std::thread writer([&] {
        for (std::size_t at = 0; at < size;) {
          const ssize_t put =
              ::write(pipe.write_end, wanted.data() + at, std::min<std::size_t>(size - at, 5000));
          if (put > 0) at += static_cast<std::size_t>(put);
          std::this_thread::yield();
        }
        pipe.close_write_end();
      });
      const auto got = read_descriptor(pipe.read_end, "a pipe", size);
      writer.join();
      ASSERT_TRUE(got.ok()) << got.error().text();
      ASSERT_EQ(got.value(), wanted);
    }
  }
}

TEST(ReadDescriptor, StopsAPipeAtTheLimit) {
  Pipe pipe;
  ASSERT_EQ(::write(pipe.write_end, "0123456789", 10), 10);
  const auto got = read_descriptor(pipe.read_end, "standard input", 9);  // the pipe stays open
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kTooLarge);
  EXPECT_EQ(got.error().message, "standard input is too large");
  EXPECT_FALSE(got.error().hint.empty());
}

// In a process of its own: the handlers stay for good.
TEST(ReadDescriptor, AnInterruptEndsTheWaitForAPipe) {
  const auto wait_interrupted = [](int flags) {
    prepare_process();
    Pipe pipe(flags);  // stays open, and nobody writes
    std::raise(SIGINT);
    const auto got = read_descriptor(pipe.read_end, "a pipe", 100);
    std::_Exit(!got.ok() && got.error().message == "interrupted" ? 7 : 1);
  };
  EXPECT_EXIT(wait_interrupted(O_NONBLOCK), ::testing::ExitedWithCode(7), "");
  EXPECT_EXIT(wait_interrupted(0), ::testing::ExitedWithCode(7), "");
}

TEST(ReadDescriptor, SaysWhatCannotBeRead) {
  const auto got = read_descriptor(-1, "standard input", 100);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kUnreadable);
  EXPECT_EQ(got.error().message, "cannot read standard input: Bad file descriptor");
}

TEST(WriteDescriptor, WritesEverything) {
  Pipe pipe;
  const ByteString wanted(500000, 'x');
  ByteString got;
  std::thread reader([&] {
    std::array<char, 7000> buffer;
    while (true) {
      const ssize_t size = ::read(pipe.read_end, buffer.data(), buffer.size());
      if (size <= 0) break;
      got.append(buffer.data(), static_cast<std::size_t>(size));
    }
  });
  const Status status = write_descriptor(pipe.write_end, "standard output", wanted);
  pipe.close_write_end();
  reader.join();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(got, wanted);
}

TEST(WriteDescriptor, KnowsAReaderThatWentAway) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  ::close(pipe.read_end);
  pipe.read_end = -1;
  const Status status = write_descriptor(pipe.write_end, "standard output", "x");
  std::signal(SIGPIPE, before);
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(is_broken_pipe(status.error()));
}

TEST(WriteDescriptor, AFullDiskIsAnErrorAndNoBrokenPipe) {
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.valid());
  const Status status = write_descriptor(full.get(), "'report.json'", "x");
  ASSERT_FALSE(status.ok());
  EXPECT_FALSE(is_broken_pipe(status.error()));
  EXPECT_EQ(status.error().message, "cannot write 'report.json': No space left on device");
}

TEST(Descriptor, ClosesItselfOnce) {
  Pipe pipe;
  int number = -1;
  {
    Descriptor first(::dup(pipe.read_end));
    number = first.get();
    ASSERT_TRUE(first.valid());
    const Descriptor second(std::move(first));
    EXPECT_EQ(second.get(), number);
    EXPECT_NE(::fcntl(number, F_GETFD), -1);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  EXPECT_FALSE(Descriptor(-1).valid());
}

}  // namespace
}  // namespace dragnet
