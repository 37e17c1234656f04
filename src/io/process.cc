#include "io/process.h"

#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace dragnet {

namespace {

// Blocks of this size and up are mapped alone and unmapped when freed.
constexpr int kMapThreshold = 1 << 20;

volatile sig_atomic_t interrupt_seen = 0;

// The second one ends the process at once: whoever presses twice means it.
void on_interrupt(int number) {
  if (interrupt_seen != 0) _exit(128 + number);
  interrupt_seen = 1;
}

}  // namespace

std::uint64_t anonymous_memory() {
  std::ifstream status("/proc/self/status");
  std::string key;
  std::uint64_t sum = 0;
  while (status >> key) {
    std::uint64_t kilobytes = 0;
    if ((key == "RssAnon:" || key == "RssShmem:") && status >> kilobytes) sum += kilobytes << 10;
    status.ignore(1 << 16, '\n');
  }
  return sum;
}

void tune_allocator(unsigned threads) {
  ::mallopt(M_ARENA_MAX, static_cast<int>(threads) + 1);
  ::mallopt(M_MMAP_THRESHOLD, kMapThreshold);
  ::mallopt(M_TRIM_THRESHOLD, 4 * kMapThreshold);
}

void trim_heap() { ::malloc_trim(0); }

unsigned usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int count = CPU_COUNT(&set);
  return count > 0 ? static_cast<unsigned>(count) : 1;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::uint32_t terminal_width(int descriptor, std::uint32_t otherwise) {
  struct winsize size {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
}

std::uint32_t user_id() { return ::geteuid(); }

void prepare_process() {
  const struct rlimit none { 0, 0 };
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_seen != 0; }

}  // namespace dragnet
