// The frame of every function of Node-API: its checks before, its status after.
#pragma once

#include <js_native_api.h>

#include <new>

#include "napi-env.h"

namespace netwright::engine {

// Whether none of the arguments is null.
template <typename... Pointers>
[[nodiscard]] constexpr bool given(Pointers... arguments) {
  return ((arguments != nullptr) && ...);
}

// Runs a function that may be called while an exception is pending.
template <typename Body>
napi_status basicCall(napi_env env, bool isComplete, Body body) {
  if (env == nullptr) return napi_invalid_arg;
  if (!isComplete) return env->finish(napi_invalid_arg);
  try {
    return env->finish(body());
  } catch (const std::bad_alloc&) {
    return env->finish(napi_generic_failure);
  }
}

// Runs a function that may run scripts, which must not happen while an exception is pending or the
// environment is ending.
template <typename Body>
napi_status scriptCall(napi_env env, bool isComplete, Body body) {
  if (env == nullptr) return napi_invalid_arg;
  if (env->hasException() || env->isClosing()) return env->finish(napi_pending_exception);
  return basicCall(env, isComplete, body);
}

}  // namespace netwright::engine
