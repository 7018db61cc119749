// The variants of library functions for newer processors, which a process that start.cc has
// started never takes.
//
// The C library's choice among variants refers to each of them by name, and the linker takes the
// names that it finds first. A variant that is missing here costs its size and nothing else.

extern "C" [[noreturn, gnu::used]] void neverTaken() {
  __builtin_trap();
}

asm(R"(
.macro leave_out function variant
  .globl __\function\()_\variant
  .hidden __\function\()_\variant
  .set __\function\()_\variant, neverTaken
.endm

.macro leave_out_copying function
  .irp variant, avx512_no_vzeroupper, avx512_unaligned, avx512_unaligned_erms, erms, ssse3
    leave_out \function \variant
  .endr
  .irp variant, avx_unaligned, avx_unaligned_erms, avx_unaligned_rtm, avx_unaligned_erms_rtm
    leave_out \function \variant
  .endr
  .irp variant, avx2_unaligned, avx2_unaligned_erms, avx2_unaligned_rtm, avx2_unaligned_erms_rtm
    leave_out \function \variant
  .endr
  .irp variant, evex_unaligned, evex_unaligned_erms
    leave_out \function \variant
  .endr
.endm
.irp function, memcpy, memmove, mempcpy, memset
  leave_out_copying \function
  leave_out_copying \function\()_chk
.endr
leave_out_copying wmemset

.macro leave_out_searching function
  .irp variant, avx2, avx2_rtm, evex, evex_rtm, sse4_1, sse42
    leave_out \function \variant
  .endr
.endm
.irp function, memchr, rawmemchr, strchr, strchrnul, strlen, strnlen, strrchr
  leave_out_searching \function
.endr
.irp function, strcasecmp, strcasecmp_l, strcmp, strncasecmp, strncasecmp_l, strncmp
  leave_out_searching \function
.endr
.irp function, stpcpy, stpncpy, strcpy, strcspn, strncpy, strpbrk, strspn
  leave_out_searching \function
.endr
.irp function, wcslen, wcsnlen, wmemchr
  leave_out_searching \function
.endr
.irp variant, avx2_movbe, avx2_movbe_rtm, evex_movbe
  leave_out memcmp \variant
.endr
leave_out strstr avx512

.macro leave_out_arithmetic function
  .irp variant, avx, fma, fma4, sse41
    leave_out \function \variant
  .endr
.endm
.irp function, acos, asin, atan2, exp, log, pow
  leave_out_arithmetic ieee754_\function
.endr
.irp function, atan, ceil, cos, expm1, floor, log1p, log2, sin, tan, trunc
  leave_out_arithmetic \function
.endr
)");
