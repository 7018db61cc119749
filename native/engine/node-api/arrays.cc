// Arrays.

#include "../value.h"
#include "atom.h"
#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::Value;
using netwright::engine::valueOf;

napi_status napi_create_array(napi_env env, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewArray(env->context())); });
}

napi_status napi_create_array_with_length(napi_env env, size_t length, napi_value* result) {
  return basicCall(env, given(result), [&] {
    JSContext* context = env->context();
    Value array(context, JS_NewArray(context));
    if (array.isException()) return env->takeException();
    const JSValue count = JS_NewInt64(context, static_cast<int64_t>(length));
    const int set =
        length == 0 ? 0 : JS_SetProperty(context, array.get(), env->builtins().length.get(), count);
    return set < 0 ? env->takeException() : env->give(result, array.release());
  });
}

napi_status napi_is_array(napi_env env, napi_value value, bool* result) {
  return basicCall(env, given(value, result), [&] {
    *result = JS_GetClassID(valueOf(value)) == JS_CLASS_ARRAY;
    return napi_ok;
  });
}

napi_status napi_get_array_length(napi_env env, napi_value value, uint32_t* result) {
  return basicCall(env, given(value, result), [&] {
    if (JS_GetClassID(valueOf(value)) != JS_CLASS_ARRAY) return napi_array_expected;
    JSContext* context = env->context();
    const Value length(context,
                       JS_GetProperty(context, valueOf(value), env->builtins().length.get()));
    JS_ToUint32(context, result, length.get());
    return napi_ok;
  });
}
