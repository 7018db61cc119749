// Values as the objects that properties are asked of.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

namespace netwright::engine {

// The value as an object, kept by a handle: other than undefined and null, anything can be one.
// Those are napi_object_expected, with a TypeError pending as in V8.
[[nodiscard]] napi_status asObject(napi_env env, napi_value value, JSValueConst& object);

}  // namespace netwright::engine
