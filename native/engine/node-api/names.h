// Keys of properties, from what addons have instead.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include "atom.h"

namespace netwright::engine {

// The key of a name in UTF-8, of NAPI_AUTO_LENGTH or not.
[[nodiscard]] Atom atomOf(napi_env env, const char* name, size_t length);
// The key a value stands for; finding out may run scripts.
[[nodiscard]] Atom atomOf(napi_env env, napi_value key);
// Whether the value is a key as it is: a string or a symbol.
[[nodiscard]] bool isName(napi_value value);

}  // namespace netwright::engine
