// The module `netwright:engine`, which src/host/quickjs.ts is made of.
#pragma once

extern "C" {
#include <quickjs.h>
}

namespace netwright::engine {

// For a module loader: src/host/engine-module.d.ts describes what it exports. Null leaves an
// exception behind.
[[nodiscard]] JSModuleDef* createHostModule(JSContext* context);

}  // namespace netwright::engine
