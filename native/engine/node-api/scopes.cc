// Handle scopes. A scope begins with a slot of the stack of handles that has its own height in it,
// and is known by the address of that slot; below that of an escapable one lies the slot that its
// handle escapes to.

#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::valueOf;

namespace {

napi_value openScope(napi_env env) {
  const auto height = static_cast<int32_t>(env->handles().height());
  napi_value scope = env->handles().push(JS_NewInt32(env->context(), height));
  env->openScopes += 1;
  return scope;
}

template <typename Scope>
size_t heightOf(Scope scope) {
  return static_cast<size_t>(JS_VALUE_GET_INT(valueOf(reinterpret_cast<napi_value>(scope))));
}

template <typename Scope>
napi_status closeScope(napi_env env, Scope scope) {
  if (env->openScopes == 0) return napi_handle_scope_mismatch;
  env->openScopes -= 1;
  env->handles().shrink(heightOf(scope));
  return napi_ok;
}

}  // namespace

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result) {
  return basicCall(env, given(result), [&] {
    *result = reinterpret_cast<napi_handle_scope>(openScope(env));
    return napi_ok;
  });
}

napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  return basicCall(env, given(scope), [&] { return closeScope(env, scope); });
}

napi_status napi_open_escapable_handle_scope(napi_env env, napi_escapable_handle_scope* result) {
  return basicCall(env, given(result), [&] {
    static_cast<void>(env->handles().push(JS_UNINITIALIZED));
    *result = reinterpret_cast<napi_escapable_handle_scope>(openScope(env));
    return napi_ok;
  });
}

napi_status napi_close_escapable_handle_scope(napi_env env, napi_escapable_handle_scope scope) {
  return basicCall(env, given(scope), [&] { return closeScope(env, scope); });
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
