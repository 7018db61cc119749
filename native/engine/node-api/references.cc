// References: values that outlive the call they came with.

#include "../value.h"
#include "call.h"
#include "reference.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::Value;
using netwright::engine::valueOf;

napi_status napi_create_reference(napi_env env, napi_value value, uint32_t count,
                                  napi_ref* result) {
  return basicCall(env, given(value, result), [&] {
    const bool canBeHeld = JS_IsObject(valueOf(value)) != 0 || JS_IsSymbol(valueOf(value)) != 0;
    if (!canBeHeld) return napi_invalid_arg;
    *result = napi_ref__::create(env, valueOf(value), count);
    return *result == nullptr ? env->takeException() : napi_ok;
  });
}

napi_status napi_delete_reference(napi_env env, napi_ref reference) {
  return basicCall(env, given(reference), [&] {
    reference->remove(env);
    return napi_ok;
  });
}

napi_status napi_reference_ref(napi_env env, napi_ref reference, uint32_t* result) {
  return basicCall(env, given(reference), [&] {
    const napi_status status = reference->increment(env);
    if (status == napi_ok && result != nullptr) *result = reference->count();
    return status;
  });
}

napi_status napi_reference_unref(napi_env env, napi_ref reference, uint32_t* result) {
  return basicCall(env, given(reference), [&] {
    const napi_status status = reference->decrement(env);
    if (status == napi_ok && result != nullptr) *result = reference->count();
    return status;
  });
}

napi_status napi_get_reference_value(napi_env env, napi_ref reference, napi_value* result) {
  return basicCall(env, given(reference, result), [&] {
    *result = nullptr;
    Value value = reference->value(env);
    if (JS_IsUninitialized(value.get()) != 0) return napi_ok;
    return env->give(result, value.release());
  });
}
