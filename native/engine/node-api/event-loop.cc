// The event loop, and calls of scripts out of it.

#include <node_api.h>

#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

namespace {

JSValue throwFirst(JSContext* context, int /*count*/, JSValueConst* values) {
  return JS_Throw(context, JS_DupValue(context, values[0]));
}

// What promises have made ready, after a call that no script waits for.
napi_status runJobs(napi_env env) {
  JSContext* context = nullptr;
  int outcome = 0;
  do {
    outcome = JS_ExecutePendingJob(JS_GetRuntime(env->context()), &context);
  } while (outcome > 0);
  return outcome == 0 ? napi_ok : env->takeException();
}

}  // namespace

napi_status napi_get_uv_event_loop(napi_env env, uv_loop_s** loop) {
  return basicCall(env, given(loop), [&] {
    *loop = env->loop();
    return napi_ok;
  });
}

// Nobody watches over asynchronous calls here, so a context has nothing in it; but it is not null.
napi_status napi_async_init(napi_env env, napi_value /*resource*/, napi_value name,
                            napi_async_context* result) {
  return basicCall(env, given(name, result), [&] {
    *result = reinterpret_cast<napi_async_context>(env);
    return napi_ok;
  });
}

napi_status napi_async_destroy(napi_env env, napi_async_context context) {
  return basicCall(env, given(context), [] { return napi_ok; });
}

napi_status napi_make_callback(napi_env env, napi_async_context /*context*/, napi_value receiver,
                               napi_value function, size_t count, const napi_value* values,
                               napi_value* result) {
  const napi_status status = napi_call_function(env, receiver, function, count, values, result);
  if (status != napi_ok || env->isInCall()) return status;
  return env->finish(runJobs(env));
}

// As a job, so that it ends where all that nobody catches does.
napi_status napi_fatal_exception(napi_env env, napi_value thrown) {
  return scriptCall(env, given(thrown), [&] {
    JSValueConst exception = valueOf(thrown);
    const int added = JS_EnqueueJob(env->context(), throwFirst, 1, &exception);
    return added == 0 ? napi_ok : env->takeException();
  });
}
