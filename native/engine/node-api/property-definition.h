// Properties as addons describe them, with attributes, methods and accessors.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstdint>

namespace netwright::engine {

// Defines the property on the object. Its method refuses to be called on anything but objects of
// the native class `receiver`, unless that is 0. napi_invalid_arg if the object does not take it.
[[nodiscard]] napi_status defineProperty(napi_env env, JSValueConst object,
                                         const napi_property_descriptor& property,
                                         uint64_t receiver);

}  // namespace netwright::engine
