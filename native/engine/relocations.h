// Adding the program's own address to the pointers in its data.
#pragma once

namespace netwright::engine {

// To those of OpenSSL, five times as many as all others, which lie on pages that few processes
// touch: before the first of them is used. Does nothing the second time, nor where the C library
// has started the process, which relocates everything.
void relocateLate();

}  // namespace netwright::engine

// To all others, when the process begins. No function before this may use such a pointer.
extern "C" void relocateEarly();
