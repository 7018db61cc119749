#include "relocations.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's.

extern "C" {

[[gnu::visibility("hidden")]] extern std::byte __ehdr_start[];
[[gnu::visibility("hidden")]] extern ElfW(Dyn) dynamicSection[] asm("_DYNAMIC");
// See late.ld.
[[gnu::visibility("hidden")]] extern std::byte lateConstants[];
[[gnu::visibility("hidden")]] extern std::byte lateVariables[];
[[gnu::visibility("hidden")]] extern std::byte lateEnd[];
// OpenSSL's questions to the processor, which it would ask before main().
void OPENSSL_cpuid_setup();

}  // extern "C"

// NOLINTEND(bugprone-reserved-identifier)

namespace netwright::engine {

namespace {

// Packed relative relocations, "RELR" of the generic ABI: an address, then words of which each bit
// but the lowest stands for a pointer in turn.
struct Table {
  const uintptr_t* begin;
  const uintptr_t* end;
};

enum class Part : uint8_t { early, late };

Table table;
bool isComplete = false;

bool isIn(Part part, const uintptr_t* pointer) {
  const auto* place = reinterpret_cast<const std::byte*>(pointer);
  const bool isLate = place >= lateConstants && place < lateEnd;
  return isLate == (part == Part::late);
}

void add(Part part, uintptr_t* pointer) {
  if (isIn(part, pointer)) *pointer += reinterpret_cast<uintptr_t>(__ehdr_start);
}

void relocate(Part part) {
  constexpr int pointersOfWord = 63;
  auto* next = reinterpret_cast<uintptr_t*>(__ehdr_start);
  for (const uintptr_t* entry = table.begin; entry != table.end; entry++) {
    if ((*entry & 1) == 0) {
      next = reinterpret_cast<uintptr_t*>(__ehdr_start + *entry);
      add(part, next++);
      continue;
    }
    // Looked at one by one, the others would take as long as these.
    const bool concerns = isIn(part, next) || isIn(part, next + pointersOfWord - 1);
    uintptr_t* pointer = next;
    for (uintptr_t bits = *entry >> 1; concerns && bits != 0; bits >>= 1, pointer++) {
      if ((bits & 1) != 0) add(part, pointer);
    }
    next += pointersOfWord;
  }
}

// What the linker wrote for the C library, which is to find nothing left to do.
void takeTable() {
  size_t size = 0;
  for (ElfW(Dyn)* entry = dynamicSection; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_RELR) {
      table.begin = reinterpret_cast<const uintptr_t*>(__ehdr_start + entry->d_un.d_ptr);
    }
    if (entry->d_tag == DT_RELRSZ) {
      size = entry->d_un.d_val;
      entry->d_un.d_val = 0;
    }
  }
  table.end = table.begin + size / sizeof *table.begin;
}

}  // namespace

void relocateLate() {
  if (isComplete) return;
  isComplete = true;
  relocate(Part::late);
  // As all constants of the program are; a kernel that refuses leaves them as they are.
  (void)::mprotect(lateConstants, static_cast<size_t>(lateVariables - lateConstants), PROT_READ);
  OPENSSL_cpuid_setup();
}

}  // namespace netwright::engine

extern "C" void relocateEarly() {
  netwright::engine::takeTable();
  netwright::engine::relocate(netwright::engine::Part::early);
}
