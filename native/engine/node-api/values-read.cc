// What values are, and their content in C.

#include <cmath>
#include <limits>

#include "call.h"
#include "text.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::Utf8;
using netwright::engine::valueOf;

namespace {

double numberOf(JSValueConst number) {
  return JS_VALUE_GET_TAG(number) == JS_TAG_INT ? JS_VALUE_GET_INT(number)
                                                : JS_VALUE_GET_FLOAT64(number);
}

napi_valuetype typeOf(JSContext* context, JSValueConst value) {
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
    case JS_TAG_FLOAT64:
      return napi_number;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
      return napi_bigint;
    case JS_TAG_STRING:
    case JS_TAG_STRING_ROPE:
      return napi_string;
    case JS_TAG_SYMBOL:
      return napi_symbol;
    case JS_TAG_BOOL:
      return napi_boolean;
    case JS_TAG_NULL:
      return napi_null;
    case JS_TAG_OBJECT:
      return JS_IsFunction(context, value) != 0 ? napi_function : napi_object;
    default:
      return napi_undefined;
  }
}

// The nearest whole number towards zero; 0 for what is not finite.
int64_t saturate(double number) {
  constexpr double limit = 9223372036854775808.0;
  if (!std::isfinite(number)) return 0;
  if (number >= limit) return std::numeric_limits<int64_t>::max();
  if (number <= -limit) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(number);
}

template <typename Number, typename Convert>
napi_status readNumber(napi_env env, napi_value value, Number* result, Convert convert) {
  return basicCall(env, given(value, result), [&] {
    if (JS_IsNumber(valueOf(value)) == 0) return napi_number_expected;
    *result = convert(valueOf(value));
    return napi_ok;
  });
}

}  // namespace

napi_status napi_typeof(napi_env env, napi_value value, napi_valuetype* result) {
  return basicCall(env, given(value, result), [&] {
    *result = typeOf(env->context(), valueOf(value));
    return napi_ok;
  });
}

napi_status napi_get_value_double(napi_env env, napi_value value, double* result) {
  return readNumber(env, value, result, numberOf);
}

napi_status napi_get_value_int32(napi_env env, napi_value value, int32_t* result) {
  // ECMA-262 ToInt32: what is too large loses its upper bits.
  return readNumber(env, value, result, [env](JSValueConst number) {
    int32_t low = 0;
    JS_ToInt32(env->context(), &low, number);
    return low;
  });
}

napi_status napi_get_value_uint32(napi_env env, napi_value value, uint32_t* result) {
  return readNumber(env, value, result, [env](JSValueConst number) {
    uint32_t low = 0;
    JS_ToUint32(env->context(), &low, number);
    return low;
  });
}

napi_status napi_get_value_int64(napi_env env, napi_value value, int64_t* result) {
  return readNumber(env, value, result,
                    [](JSValueConst number) { return saturate(numberOf(number)); });
}

napi_status napi_get_value_bool(napi_env env, napi_value value, bool* result) {
  return basicCall(env, given(value, result), [&] {
    if (JS_IsBool(valueOf(value)) == 0) return napi_boolean_expected;
    *result = JS_VALUE_GET_BOOL(valueOf(value)) != 0;
    return napi_ok;
  });
}

napi_status napi_get_value_string_utf8(napi_env env, napi_value value, char* buffer, size_t size,
                                       size_t* result) {
  return basicCall(env, given(value), [&] {
    if (JS_IsString(valueOf(value)) == 0) return napi_string_expected;
    if (buffer == nullptr && result == nullptr) return napi_invalid_arg;
    const Utf8 text(env->context(), valueOf(value));
    if (text.isException()) return env->takeException();
    size_t length = text.size();
    if (buffer != nullptr) {
      // The last byte of the buffer is for the zero at the end.
      length = size == 0 ? 0 : text.copyTo({buffer, size - 1});
      if (size > 0) buffer[length] = '\0';
    }
    if (result != nullptr) *result = length;
    return napi_ok;
  });
}
