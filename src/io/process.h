// What the process is told by the system: memory, processors, terminal, user, signals.
#pragma once

#include <cstdint>
#include <string>

namespace dragnet {

// Anonymous and shared memory that is resident now (RssAnon + RssShmem of /proc/self/status),
// bytes; 0 where the system does not say. Mapped files, which the kernel can drop, do not count.
std::uint64_t anonymous_memory();

// The allocator is told to keep few arenas and to give large blocks back at once, so that what the
// budget counts is close to what the process takes. Call once, before threads start.
void tune_allocator(unsigned threads);

// Gives freed heap pages back to the system.
void trim_heap();

// Processors that this process may run on; at least 1.
unsigned usable_processors();

bool is_terminal(int descriptor);
// Columns of the terminal at `descriptor`, or `otherwise`.
std::uint32_t terminal_width(int descriptor, std::uint32_t otherwise);

std::uint32_t user_id();

// Dumps of a process that held secrets must not reach a disk. A broken pipe, and a file
// larger than the user may write, are error values, not signals. SIGINT and SIGTERM set a flag: see
// `interrupted`.
void prepare_process();
bool interrupted();

}  // namespace dragnet
