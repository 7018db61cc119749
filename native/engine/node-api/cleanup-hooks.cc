// Hooks for the end of an environment. Whoever made it waits for what they have begun, as that is
// going on in its event loop.

#include "cleanup-hooks.h"

#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;

napi_status napi_add_async_cleanup_hook(napi_env env, napi_async_cleanup_hook hook, void* argument,
                                        napi_async_cleanup_hook_handle* result) {
  return basicCall(env, given(hook), [&] {
    auto& added =
        env->cleanupHooks().emplace_front(napi_async_cleanup_hook_handle__{env, hook, argument});
    if (result != nullptr) *result = &added;
    return napi_ok;
  });
}

napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle handle) {
  if (handle == nullptr) return napi_invalid_arg;
  handle->env->cleanupHooks().remove_if([&](const auto& hook) { return &hook == handle; });
  return napi_ok;
}
