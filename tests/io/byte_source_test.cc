#include "io/byte_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "io/file_system.h"
#include "support/temporary_folder.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::TemporaryFolder;

constexpr std::size_t kMega = 1 << 20;

ByteString made(std::size_t size) {
  ByteString bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 257);
  return bytes;
}

void put(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::ssize(bytes));
}

Result<FileBytes> read_file(const std::string& path, std::uint64_t in_memory) {
  auto source = real_file_system().open(path);
  if (!source) return std::move(source).error();
  return source->read(in_memory);
}

// What a pipe gives that somebody writes `bytes` into.
Result<FileBytes> read_pipe(ByteView bytes, std::uint64_t in_memory) {
  std::array<int, 2> end{-1, -1};
  if (::pipe2(end.data(), O_CLOEXEC) != 0) std::abort();
  std::optional<ByteSource> source;
  source.emplace(Descriptor(end[0]), "a pipe");
  EXPECT_FALSE(source->size().has_value());
  std::thread writer([&] {
    const Descriptor to(end[1]);
    (void)write_descriptor(to.get(), "a pipe", bytes);
  });
  auto got = source->read(in_memory);
  source.reset();  // or the writer waits for ever
  writer.join();
  return got;
}

TEST(ByteSource, GivesAllBytesWhereverTheyLie) {
  const TemporaryFolder folder;
  const std::string path = folder.path("file");
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, kMega - 1,
                                 kMega, kMega + 1, 3 * kMega + 5}) {
    const ByteString bytes = made(size);
    put(path, bytes);
    EXPECT_EQ(real_file_system().open(path)->size(), size);
    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, size - std::min(size, kMega),
                                    size - std::min<std::size_t>(size, 1), size, size + 1}) {
      for (const bool pipe : {false, true}) {
        const auto got = pipe ? read_pipe(bytes, limit) : read_file(path, limit);
        ASSERT_TRUE(got.ok()) << got.error().text();
        EXPECT_TRUE(got->bytes() == bytes) << size << " at " << limit;
        EXPECT_EQ(got->in_memory(), size <= limit) << size << " at " << limit;
      }
    }
  }
}

TEST(ByteSource, LeavesNoFileBehindAndMoves) {
  const TemporaryFolder folder;
  const ByteString bytes = made(kMega);
  put(folder.path("file"), bytes);
  auto got = read_file(folder.path("file"), 100);
  ASSERT_TRUE(got.ok());
  FileBytes moved;
  moved = std::move(got).value();
  const FileBytes last = std::move(moved);
  EXPECT_TRUE(last.bytes() == bytes);
  EXPECT_FALSE(last.in_memory());
}

// Somebody who cuts a file off, or writes into it, after it was read changes nothing.
TEST(ByteSource, IsACopy) {
  const TemporaryFolder folder;
  const ByteString bytes = made(2 * kMega);
  put(folder.path("file"), bytes);
  const auto got = read_file(folder.path("file"), 100);
  ASSERT_TRUE(got.ok());
  fs::resize_file(folder.path("file"), 1);
  EXPECT_TRUE(got->bytes() == bytes);
}

TEST(ByteSource, TakesAFileThatChangedItsSizeAsItIs) {
  const TemporaryFolder folder;
  const ByteString bytes = made(3 * kMega);
  for (const std::uint64_t limit : {std::uint64_t{0}, std::uint64_t{2 * kMega}}) {
    put(folder.path("file"), ByteView(bytes).substr(0, 2 * kMega));
    auto shorter = real_file_system().open(folder.path("file"));
    auto longer = real_file_system().open(folder.path("file"));
    fs::resize_file(folder.path("file"), 1000);
    EXPECT_TRUE(shorter->read(limit)->bytes() == ByteView(bytes).substr(0, 1000));
    put(folder.path("file"), bytes);
    EXPECT_TRUE(longer->read(limit)->bytes() == bytes);
  }
  // The kernel's files say that they are empty.
  EXPECT_GT(read_file("/proc/self/maps", 0)->bytes().size(), 0U);
}

TEST(ByteSource, RefusesWhatHasNoEnd) {
  const auto zeros = read_file("/dev/zero", 100);
  ASSERT_FALSE(zeros.ok());
  EXPECT_EQ(zeros.error().kind, ErrorKind::kTooLarge);
  EXPECT_NE(zeros.error().message.find("device"), std::string::npos);
  EXPECT_TRUE(read_file("/dev/null", 0)->bytes().empty());
  EXPECT_FALSE(read_file("/tmp", 100).ok());
  EXPECT_FALSE(open_copy(-1, "standard input").ok());
}

// In a process of its own, which may write no file above a mebibyte.
TEST(ByteSource, SaysWhyThereIsNoRoom) {
  const auto read_without_room = [] {
    ::signal(SIGXFSZ, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    const struct rlimit most { kMega, kMega };
    ::setrlimit(RLIMIT_FSIZE, &most);
    const auto fits = read_pipe(made(kMega / 2), 100);
    const auto not_fits = read_pipe(made(3 * kMega), 100);
    const bool right = fits.ok() && !not_fits.ok() &&
                       not_fits.error().kind == ErrorKind::kTooLarge &&
                       not_fits.error().message.find("temporary file") != std::string::npos &&
                       not_fits.error().hint.find("TMPDIR") != std::string::npos;
    std::_Exit(right ? 7 : 1);
  };
  EXPECT_EXIT(read_without_room(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace dragnet
