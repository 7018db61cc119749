// The symbols of explicit resource management, which QuickJS does not have yet.
#pragma once

extern "C" {
#include <quickjs.h>
}

namespace netwright::engine {

// Defines Symbol.dispose and Symbol.asyncDispose where they are missing. Must happen before the
// first class that uses them is evaluated. False leaves an exception behind.
[[nodiscard]] bool defineDisposeSymbols(JSContext* context);

}  // namespace netwright::engine
