#include "snapshot.h"

#include <sys/auxv.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "checksum.h"

// The first byte of the program, wherever it is loaded; the linker defines it.
extern "C" const std::byte __ehdr_start;  // NOLINT(bugprone-reserved-identifier)

namespace netwright::engine {

namespace {

// Whatever is mapped there already stays.
void* reserve(size_t size) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the address that is known.
  void* place = reinterpret_cast<void*>(snapshotAddress);
  void* reserved = ::mmap(place, size, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (reserved == place) return place;
  // What a kernel before 4.17 answers.
  if (reserved != MAP_FAILED) ::munmap(reserved, size);
  return nullptr;
}

uint64_t randomNumber() {
  uint64_t number = 0;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): getauxval(3) has one type for all it tells.
  std::memcpy(&number, reinterpret_cast<const void*>(::getauxval(AT_RANDOM)), sizeof number);
  return number;
}

}  // namespace

bool awaitsSnapshot() {
  return !embeddedSnapshot.empty() &&
         reinterpret_cast<const Snapshot*>(embeddedSnapshot.data())->size == 0;
}

Snapshot* mapSnapshot() {
  if (embeddedSnapshot.empty()) return nullptr;
  const size_t size = embeddedSnapshot.size();
  void* place = reserve(size);
  if (place == nullptr) return nullptr;
  // Moving it needs no file and copies nothing.
  void* moved = ::mremap(embeddedSnapshot.data(), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, place);
  if (moved != place) return nullptr;
  auto* snapshot = static_cast<Snapshot*>(place);
  // Most pages will be written to. All at once they cost a third; a kernel before 5.14 refuses.
  ::madvise(place, std::min<uint64_t>(snapshot->size, size), MADV_POPULATE_WRITE);
  return snapshot;
}

bool isIntact(const Snapshot& snapshot) {
  const std::span all(reinterpret_cast<const uint8_t*>(&snapshot), embeddedSnapshot.size());
  if (snapshot.size < sizeof snapshot || snapshot.size > all.size()) return false;
  return checksumOf(all.first(snapshot.size).subspan(sizeof snapshot.checksum)) ==
         snapshot.checksum;
}

void restore(Snapshot& snapshot) {
  auto* bytes = reinterpret_cast<std::byte*>(&snapshot);
  auto* words = reinterpret_cast<uint64_t*>(bytes);
  const auto program = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const std::span pointers(reinterpret_cast<const uint32_t*>(bytes + snapshot.pointers),
                           snapshot.pointerCount);
  for (const uint32_t pointer : pointers) words[pointer] += program;
  // Which must not be 0.
  words[snapshot.seed] = randomNumber() | 1;
}

}  // namespace netwright::engine
