// New values.

#include "call.h"
#include "text.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::newString;
using netwright::engine::viewOf;

napi_status napi_get_undefined(napi_env env, napi_value* result) {
  return basicCall(env, given(result), [&] { return env->give(result, JS_UNDEFINED); });
}

napi_status napi_get_null(napi_env env, napi_value* result) {
  return basicCall(env, given(result), [&] { return env->give(result, JS_NULL); });
}

napi_status napi_get_global(napi_env env, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_GetGlobalObject(env->context())); });
}

napi_status napi_get_boolean(napi_env env, bool value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, value ? JS_TRUE : JS_FALSE); });
}

napi_status napi_create_object(napi_env env, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewObject(env->context())); });
}

napi_status napi_create_double(napi_env env, double value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewFloat64(env->context(), value)); });
}

napi_status napi_create_int32(napi_env env, int32_t value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewInt32(env->context(), value)); });
}

napi_status napi_create_uint32(napi_env env, uint32_t value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewUint32(env->context(), value)); });
}

napi_status napi_create_int64(napi_env env, int64_t value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewInt64(env->context(), value)); });
}

napi_status napi_create_string_utf8(napi_env env, const char* text, size_t length,
                                    napi_value* result) {
  return basicCall(env, given(result) && (length == 0 || given(text)), [&] {
    const char* bytes = text == nullptr ? "" : text;
    return env->give(result, newString(env->context(), viewOf(bytes, length)));
  });
}
