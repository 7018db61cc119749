// Values compared.

#include "call.h"

using netwright::engine::given;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

napi_status napi_strict_equals(napi_env env, napi_value left, napi_value right, bool* result) {
  return scriptCall(env, given(left, right, result), [&] {
    *result = JS_StrictEq(env->context(), valueOf(left), valueOf(right)) != 0;
    return napi_ok;
  });
}

napi_status napi_instanceof(napi_env env, napi_value object, napi_value constructor, bool* result) {
  return scriptCall(env, given(object, constructor, result), [&] {
    JSContext* context = env->context();
    *result = false;
    if (JS_IsFunction(context, valueOf(constructor)) == 0) {
      return napi_throw_type_error(env, "ERR_NAPI_CONS_FUNCTION", "Constructor must be a function");
    }
    const int outcome = JS_IsInstanceOf(context, valueOf(object), valueOf(constructor));
    if (outcome < 0) return env->takeException();
    *result = outcome != 0;
    return napi_ok;
  });
}
