// Values made into those of another type, as operators of scripts do it.

#include "call.h"
#include "objects.h"

using netwright::engine::asObject;
using netwright::engine::given;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

napi_status napi_coerce_to_bool(napi_env env, napi_value value, napi_value* result) {
  return scriptCall(env, given(value, result), [&] {
    return env->give(result, JS_ToBool(env->context(), valueOf(value)) != 0 ? JS_TRUE : JS_FALSE);
  });
}

napi_status napi_coerce_to_number(napi_env env, napi_value value, napi_value* result) {
  return scriptCall(env, given(value, result), [&] {
    double number = 0;
    if (JS_ToFloat64(env->context(), &number, valueOf(value)) != 0) return env->takeException();
    return env->give(result, JS_NewFloat64(env->context(), number));
  });
}

napi_status napi_coerce_to_object(napi_env env, napi_value value, napi_value* result) {
  return scriptCall(env, given(value, result), [&] {
    JSValueConst object = JS_UNDEFINED;
    const napi_status status = asObject(env, value, object);
    if (status != napi_ok) return status;
    return env->give(result, JS_DupValue(env->context(), object));
  });
}

napi_status napi_coerce_to_string(napi_env env, napi_value value, napi_value* result) {
  return scriptCall(env, given(value, result),
                    [&] { return env->give(result, JS_ToString(env->context(), valueOf(value))); });
}
