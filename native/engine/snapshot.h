// The heap of an engine that has loaded the scripts of most calls, as the executable brings it
// along.
#pragma once

#include <quickjs.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "memory.h"

namespace netwright::engine {

// Scripts are loaded and their top levels run once, when the executable is built, and what that
// leaves in memory is kept. A process has it mapped, page by page as it touches it, and only has to
// add where it was loaded itself to the pointers into its code.
//
// What follows this, up to `size`, are the blocks of `memory`, then the positions of these
// pointers.
struct alignas(std::max_align_t) Snapshot {
  // Of all that follows.
  uint64_t checksum = 0;
  // In bytes, with this.
  uint64_t size = 0;
  // Where the positions of the pointers begin: indices of words in here, 32 bits each.
  uint64_t pointers = 0;
  uint64_t pointerCount = 0;
  // Index of the word that Math.random() begins with.
  uint64_t seed = 0;
  JSRuntime* runtime = nullptr;
  JSContext* context = nullptr;
  Memory memory;
};

// The pointers in a snapshot are to here, so that they hold without being touched. Linux places
// programs, libraries and stacks at random in the upper half of the smallest address space that
// processors have, and this is far below.
constexpr uintptr_t snapshotAddress = 0x2'0000'0000;
// Larger than any snapshot.
constexpr size_t snapshotSpace = 16UL * 1024 * 1024;
// Of all kernels for this processor; a snapshot is moved to its place in whole pages.
#ifdef __aarch64__
constexpr size_t largestPage = 64UL * 1024;
#else
constexpr size_t largestPage = 4UL * 1024;
#endif

[[nodiscard]] inline bool isInSnapshot(const void* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) - snapshotAddress < snapshotSpace;
}

// What the executable has, full of zeros before it is written; empty in one that has none.
extern const std::span<std::byte> embeddedSnapshot;

// Whether there is room for a snapshot that has not been written yet.
[[nodiscard]] bool awaitsSnapshot();

// The snapshot, in its place; null if there is none or if its place is taken. To be called once.
[[nodiscard]] Snapshot* mapSnapshot();

// Whether the file has come through unharmed; QuickJS trusts what it finds.
[[nodiscard]] bool isIntact(const Snapshot& snapshot);

// Makes it fit for this process.
void restore(Snapshot& snapshot);

// Writes what is to take the place of `embeddedSnapshot` to a file. Returns an exit status; what
// has gone wrong is told on standard error.
[[nodiscard]] int writeSnapshot(const char* path);

}  // namespace netwright::engine
