// BigInts of up to 64 bits.

#include "../value.h"
#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::Value;
using netwright::engine::valueOf;

namespace {

bool isBigInt(napi_env env, napi_value value) {
  return JS_IsBigInt(env->context(), valueOf(value)) != 0;
}

// The lowest 64 bits of a BigInt.
int64_t bitsOf(napi_env env, napi_value value) {
  int64_t bits = 0;
  JS_ToBigInt64(env->context(), &bits, valueOf(value));
  return bits;
}

// Whether what has been read is the whole of it. Takes over `read`.
bool isSame(napi_env env, napi_value value, JSValue read) {
  const Value owned(env->context(), read);
  return JS_StrictEq(env->context(), owned.get(), valueOf(value)) != 0;
}

}  // namespace

napi_status napi_create_bigint_int64(napi_env env, int64_t value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewBigInt64(env->context(), value)); });
}

napi_status napi_create_bigint_uint64(napi_env env, uint64_t value, napi_value* result) {
  return basicCall(env, given(result),
                   [&] { return env->give(result, JS_NewBigUint64(env->context(), value)); });
}

napi_status napi_get_value_bigint_int64(napi_env env, napi_value value, int64_t* result,
                                        bool* lossless) {
  return basicCall(env, given(value, result, lossless), [&] {
    if (!isBigInt(env, value)) return napi_bigint_expected;
    *result = bitsOf(env, value);
    *lossless = isSame(env, value, JS_NewBigInt64(env->context(), *result));
    return napi_ok;
  });
}

napi_status napi_get_value_bigint_uint64(napi_env env, napi_value value, uint64_t* result,
                                         bool* lossless) {
  return basicCall(env, given(value, result, lossless), [&] {
    if (!isBigInt(env, value)) return napi_bigint_expected;
    *result = static_cast<uint64_t>(bitsOf(env, value));
    *lossless = isSame(env, value, JS_NewBigUint64(env->context(), *result));
    return napi_ok;
  });
}
