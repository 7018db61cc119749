// Errors, in both directions.

#include <node_api.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "../value.h"
#include "call.h"
#include "text.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::newString;
using netwright::engine::scriptCall;
using netwright::engine::Value;
using netwright::engine::valueOf;
using netwright::engine::viewOf;

namespace {

// By napi_status.
constexpr std::array<const char*, napi_cannot_run_js + 1> statusTexts = {
    nullptr,
    "invalid argument",
    "expected an object",
    "expected a string",
    "expected a string or a symbol",
    "expected a function",
    "expected a number",
    "expected a boolean",
    "expected an array",
    "the engine refused",
    "an exception is pending",
    "the work was cancelled",
    "the scope has been escaped from already",
    "the handle scope is not open",
    "the callback scope is not open",
    "the queue is full",
    "the function is closing",
    "expected a BigInt",
    "expected a date",
    "expected an ArrayBuffer",
    "expected an ArrayBuffer that can be detached",
    "waiting would never end",
    "ArrayBuffers of foreign memory are not allowed",
    "scripts cannot run any more",
};

// A new error; JS_EXCEPTION if the engine threw. Without a code if that is undefined.
JSValue newError(napi_env env, const Value& constructor, JSValueConst code, JSValueConst message) {
  JSContext* context = env->context();
  Value error(context, JS_CallConstructor(context, constructor.get(), 1, &message));
  if (error.isException() || JS_IsUndefined(code) != 0) return error.release();
  const int set =
      JS_SetProperty(context, error.get(), env->builtins().code.get(), JS_DupValue(context, code));
  return set < 0 ? JS_EXCEPTION : error.release();
}

napi_status createError(napi_env env, const Value& constructor, napi_value code, napi_value message,
                        napi_value* result) {
  if (JS_IsString(valueOf(message)) == 0) return napi_string_expected;
  if (code != nullptr && JS_IsString(valueOf(code)) == 0) return napi_string_expected;
  return env->give(
      result,
      newError(env, constructor, code == nullptr ? JS_UNDEFINED : valueOf(code), valueOf(message)));
}

napi_status throwError(napi_env env, const Value& constructor, const char* code,
                       const char* message) {
  JSContext* context = env->context();
  const Value text(context, newString(context, message));
  const Value codeText(context, code == nullptr ? JS_UNDEFINED : newString(context, code));
  if (text.isException() || codeText.isException()) return env->takeException();
  JSValue error = newError(env, constructor, codeText.get(), text.get());
  if (JS_IsException(error) != 0) return env->takeException();
  env->raise(error);
  return napi_ok;
}

}  // namespace

napi_status napi_get_last_error_info(napi_env env, const napi_extended_error_info** result) {
  if (env == nullptr) return napi_invalid_arg;
  if (result == nullptr) return env->finish(napi_invalid_arg);
  *result = &env->describeLastError(statusTexts.at(env->lastStatus()));
  return napi_ok;
}

napi_status napi_create_error(napi_env env, napi_value code, napi_value message,
                              napi_value* result) {
  return basicCall(env, given(message, result),
                   [&] { return createError(env, env->builtins().error, code, message, result); });
}

napi_status napi_create_type_error(napi_env env, napi_value code, napi_value message,
                                   napi_value* result) {
  return basicCall(env, given(message, result), [&] {
    return createError(env, env->builtins().typeError, code, message, result);
  });
}

napi_status napi_create_range_error(napi_env env, napi_value code, napi_value message,
                                    napi_value* result) {
  return basicCall(env, given(message, result), [&] {
    return createError(env, env->builtins().rangeError, code, message, result);
  });
}

napi_status napi_throw(napi_env env, napi_value error) {
  return scriptCall(env, given(error), [&] {
    env->raise(JS_DupValue(env->context(), valueOf(error)));
    return napi_ok;
  });
}

napi_status napi_throw_error(napi_env env, const char* code, const char* message) {
  return scriptCall(env, given(message),
                    [&] { return throwError(env, env->builtins().error, code, message); });
}

napi_status napi_throw_type_error(napi_env env, const char* code, const char* message) {
  return scriptCall(env, given(message),
                    [&] { return throwError(env, env->builtins().typeError, code, message); });
}

napi_status napi_throw_range_error(napi_env env, const char* code, const char* message) {
  return scriptCall(env, given(message),
                    [&] { return throwError(env, env->builtins().rangeError, code, message); });
}

napi_status napi_is_error(napi_env env, napi_value value, bool* result) {
  return basicCall(env, given(value, result), [&] {
    *result = JS_IsError(env->context(), valueOf(value)) != 0;
    return napi_ok;
  });
}

napi_status napi_is_exception_pending(napi_env env, bool* result) {
  return basicCall(env, given(result), [&] {
    *result = env->hasException();
    return napi_ok;
  });
}

napi_status napi_get_and_clear_last_exception(napi_env env, napi_value* result) {
  return basicCall(env, given(result), [&] {
    *result = env->handles().push(env->hasException() ? env->clearException() : JS_UNDEFINED);
    return napi_ok;
  });
}

void napi_fatal_error(const char* location, size_t locationLength, const char* message,
                      size_t messageLength) {
  const std::string_view where = location == nullptr ? "" : viewOf(location, locationLength);
  const std::string_view what = message == nullptr ? "" : viewOf(message, messageLength);
  std::fprintf(stderr, "fatal error of the addon: %.*s: %.*s\n", static_cast<int>(where.size()),
               where.data(), static_cast<int>(what.size()), what.data());
  std::abort();
}
