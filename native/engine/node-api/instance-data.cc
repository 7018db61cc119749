// What the addon remembers for its environment.

#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;

napi_status napi_set_instance_data(napi_env env, void* data, napi_finalize finalize, void* hint) {
  return basicCall(env, true, [&] {
    const auto replaced = env->instanceData.finalizer;
    // Not finalized: who replaces it has it.
    if (replaced && !env->isClosing()) env->finalizers().forget(*replaced);
    env->instanceData = {data, std::nullopt};
    if (finalize != nullptr) {
      env->instanceData.finalizer = env->finalizers().add({finalize, data, hint});
    }
    return napi_ok;
  });
}

napi_status napi_get_instance_data(napi_env env, void** data) {
  return basicCall(env, given(data), [&] {
    *data = env->instanceData.data;
    return napi_ok;
  });
}
