// Handle scopes. A scope is known by the height that the stack of handles had when it was opened,
// plus one, so that none is null; below that of an escapable one lies the slot that its handle
// escapes to.

#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::valueOf;

namespace {

template <typename Scope>
Scope openScope(napi_env env) {
  env->openScopes += 1;
  return reinterpret_cast<Scope>(env->handles().height() + 1);
}

template <typename Scope>
size_t heightOf(Scope scope) {
  return reinterpret_cast<size_t>(scope) - 1;
}

napi_status closeScope(napi_env env, size_t height) {
  if (env->openScopes == 0) return napi_handle_scope_mismatch;
  env->openScopes -= 1;
  env->handles().shrink(height);
  return napi_ok;
}

}  // namespace

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result) {
  return basicCall(env, given(result), [&] {
    *result = openScope<napi_handle_scope>(env);
    return napi_ok;
  });
}

napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  return basicCall(env, given(scope), [&] { return closeScope(env, heightOf(scope)); });
}

napi_status napi_open_escapable_handle_scope(napi_env env, napi_escapable_handle_scope* result) {
  return basicCall(env, given(result), [&] {
    static_cast<void>(env->handles().push(JS_UNINITIALIZED));
    *result = openScope<napi_escapable_handle_scope>(env);
    return napi_ok;
  });
}

napi_status napi_close_escapable_handle_scope(napi_env env, napi_escapable_handle_scope scope) {
  return basicCall(env, given(scope), [&] { return closeScope(env, heightOf(scope)); });
}

napi_status napi_escape_handle(napi_env env, napi_escapable_handle_scope scope, napi_value escapee,
                               napi_value* result) {
  return basicCall(env, given(scope, escapee, result), [&] {
    JSValue& slot = env->handles().at(heightOf(scope) - 1);
    if (JS_IsUninitialized(slot) == 0) return napi_escape_called_twice;
    slot = JS_DupValue(env->context(), valueOf(escapee));
    *result = reinterpret_cast<napi_value>(&slot);
    return napi_ok;
  });
}
