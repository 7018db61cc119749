// What an addon wants to be asked for before its environment ends.
#pragma once

#include <node_api.h>

#include <algorithm>
#include <list>

// Named by js_native_api_types.h.
struct napi_async_cleanup_hook_handle__ {
  napi_env env;
  napi_async_cleanup_hook hook;
  void* argument;
  bool hasRun = false;
};

namespace netwright::engine {

// The newest hook that has not run; null when all have.
[[nodiscard]] inline napi_async_cleanup_hook_handle nextCleanupHook(
    std::list<napi_async_cleanup_hook_handle__>& hooks) {
  const auto due = std::ranges::find(hooks, false, &napi_async_cleanup_hook_handle__::hasRun);
  return due == hooks.end() ? nullptr : &*due;
}

}  // namespace netwright::engine
