// How the process starts on x86-64: as the C library does it, but without asking the processor.
//
// glibc asks the processor some fifty questions (CPUID) to choose among its variants of memcpy()
// and the like. Where a hypervisor has to answer, in every virtual machine, each costs
// microseconds, and all of them together more than the rest of a short call. Here the variants are
// taken that every processor has.
//
// All the rest is done as there, in the same order (csu/libc-start.c), which is an affair of one
// version: see NETWRIGHT_OWN_START. `_start` calls `__libc_start_main`, and the linker takes the
// one that it finds first.

#include <features.h>
#include <link.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "relocations.h"

#if !defined(__x86_64__) || __GLIBC__ != 2 || __GLIBC_MINOR__ != 36
#error "this is the start of glibc 2.36 on x86-64; configure with -DNETWRIGHT_OWN_START=OFF"
#endif

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the C library's.

extern "C" {

using Entry = int (*)(int, char**, char**);

// What glibc's parts call one another by; no header has them.
void _dl_aux_init(ElfW(auxv_t) * vector);
void __tunables_init(char** environment);
void _dl_relocate_static_pie();
void __libc_setup_tls();
void __libc_early_init(bool isInitial);
void __libc_init_first(int count, char** arguments, char** environment);
void __libc_check_standard_fds();
int __cxa_atexit(void (*function)(void*), void* argument, void* library);
void _init();
void _fini();
extern void* __libc_stack_end;
extern int __libc_enable_secure;
extern const uintptr_t* _dl_random;
extern const Entry __preinit_array_start[];
extern const Entry __preinit_array_end[];
extern const Entry __init_array_start[];
extern const Entry __init_array_end[];
extern void (*const __fini_array_start[])();
extern void (*const __fini_array_end[])();

// What memcpy() and memset() go by, in bytes: glibc's values for a processor that it does not know.
long __x86_data_cache_size = 32L * 1024;
long __x86_data_cache_size_half = 16L * 1024;
long __x86_shared_cache_size = 1024L * 1024;
long __x86_shared_cache_size_half = 512L * 1024;
long __x86_shared_non_temporal_threshold = 768L * 1024;
long __x86_rep_movsb_threshold = 2048;
long __x86_rep_movsb_stop_threshold = 768L * 1024;
long __x86_rep_stosb_threshold = 2048;
int __x86_string_control = 0;

}  // extern "C"

namespace {

// Where its vector of the system's data begins, behind the environment.
ElfW(auxv_t) * systemData(char** environment) {
  while (*environment != nullptr) environment++;
  return reinterpret_cast<ElfW(auxv_t)*>(environment + 1);
}

// What the stack protector and setjmp() compare with: random, the first with a zero byte that ends
// strings.
void setGuards() {
  constexpr uintptr_t withoutLowest = ~uintptr_t{0xff};
  asm volatile("mov %0, %%fs:0x28" : : "r"(_dl_random[0] & withoutLowest));
  asm volatile("mov %0, %%fs:0x30" : : "r"(_dl_random[1]));
}

void finish(void* /*argument*/) {
  const auto* function = __fini_array_end;
  while (function != __fini_array_start) (*--function)();
  _fini();
}

void construct(int count, char** arguments) {
  for (const Entry* entry = __preinit_array_start; entry != __preinit_array_end; entry++) {
    (*entry)(count, arguments, environ);
  }
  _init();
  for (const Entry* entry = __init_array_start; entry != __init_array_end; entry++) {
    (*entry)(count, arguments, environ);
  }
}

}  // namespace

// `_start` of static programs passes nothing else.
// NOLINTNEXTLINE(readability-function-size): so many parameters it has.
extern "C" [[noreturn]] void __libc_start_main(Entry main, int count, char** arguments,
                                               Entry /*init*/, void (* /*fini*/)(),
                                               void (* /*loaderFini*/)(), void* stackEnd) {
  environ = arguments + count + 1;
  __libc_stack_end = stackEnd;
  _dl_aux_init(systemData(environ));
  __tunables_init(environ);
  // Before these, of which the second chooses the variants (IRELATIVE), nothing may need a
  // relocation.
  relocateEarly();
  _dl_relocate_static_pie();
  __libc_setup_tls();
  setGuards();
  __libc_early_init(true);
  __libc_init_first(count, arguments, environ);
  __cxa_atexit(finish, nullptr, nullptr);
  if (__libc_enable_secure != 0) __libc_check_standard_fds();
  construct(count, arguments);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): it is the end.
  std::exit(main(count, arguments, environ));
}

// NOLINTEND(bugprone-reserved-identifier)
