// Errors of the addon in scripts, and of scripts in the addon.

#include "../addon.h"

namespace {

template <auto Create>
napi_value create(const Call& call) {
  napi_value error = nullptr;
  const napi_status status = Create(call.env, call.given(0), call.given(1), &error);
  return either(call.env, status, error);
}

template <auto Throw>
napi_value throwNamed(const Call& call) {
  const std::string message = call.text(1);
  const std::string code = call.text(0);
  Throw(call.env, call.given(0) == nullptr ? nullptr : code.c_str(), message.c_str());
  return nullptr;
}

napi_value throwValue(const Call& call) {
  napi_throw(call.env, call[0]);
  return nullptr;
}

// The statuses of throwing two values; the first is thrown.
napi_value throwBoth(const Call& call) {
  napi_throw(call.env, call[0]);
  if (napi_throw(call.env, call[1]) != napi_pending_exception) std::abort();
  return nullptr;
}

napi_value isError(const Call& call) {
  bool is = false;
  napi_is_error(call.env, call[0], &is);
  return toBoolean(call.env, is);
}

napi_status callScript(const Call& call) {
  napi_value result = nullptr;
  return napi_call_function(call.env, call[0], call[0], 0, nullptr, &result);
}

bool isPending(napi_env env) {
  bool is = false;
  napi_is_exception_pending(env, &is);
  return is;
}

// Calls a script and gives what it threw.
napi_value caught(const Call& call) {
  if (callScript(call) != napi_pending_exception || !isPending(call.env)) return nullptr;
  napi_value exception = nullptr;
  napi_get_and_clear_last_exception(call.env, &exception);
  return isPending(call.env) ? nullptr : exception;
}

// What the engine itself throws at an attempt to construct with the argument.
napi_value caughtOfEngine(const Call& call) {
  napi_value exception = nullptr;
  napi_new_instance(call.env, call[0], 0, nullptr, &exception);
  napi_get_and_clear_last_exception(call.env, &exception);
  return exception;
}

// Calls a script and lets what it throws pass.
napi_value passed(const Call& call) {
  callScript(call);
  return toText(call.env, "not thrown");
}

napi_value nothingPending(const Call& call) {
  napi_value exception = nullptr;
  const napi_status status = napi_get_and_clear_last_exception(call.env, &exception);
  return either(call.env, status, exception);
}

// What can be done while an exception is pending.
napi_value whilePending(const Call& call) {
  callScript(call);
  napi_env env = call.env;
  napi_value made = nullptr;
  bool answer = false;
  const std::array statuses = {
      napi_create_object(env, &made),
      napi_strict_equals(env, made, made, &answer),
      napi_set_named_property(env, made, "a", made),
      napi_call_function(env, call[0], call[0], 0, nullptr, nullptr),
      napi_throw(env, made),
      napi_throw_error(env, nullptr, "second"),
      napi_wrap(env, made, nullptr, nullptr, nullptr, nullptr),
      napi_is_error(env, made, &answer),
  };
  napi_get_and_clear_last_exception(env, &made);
  std::string all;
  for (const napi_status status : statuses) all += std::string(statusNames.at(status)) + ' ';
  return toText(env, all);
}

// The status that is told of a call that fails and of one that does not, and whether there is a
// text.
napi_value lastErrors(const Call& call) {
  const napi_extended_error_info* info = nullptr;
  double number = 0;
  napi_value global = nullptr;
  napi_get_global(call.env, &global);
  napi_get_value_double(call.env, global, &number);
  napi_get_last_error_info(call.env, &info);
  std::string all = statusNames.at(info->error_code);
  all += info->error_message == nullptr ? " without text " : " with text ";
  napi_get_global(call.env, &global);
  napi_get_last_error_info(call.env, &info);
  all += statusNames.at(info->error_code);
  all += info->error_message == nullptr ? " without text" : " with text";
  return toText(call.env, all);
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<create<napi_create_error>>(env, exports, "createError");
  expose<create<napi_create_type_error>>(env, exports, "createTypeError");
  expose<create<napi_create_range_error>>(env, exports, "createRangeError");
  expose<throwNamed<napi_throw_error>>(env, exports, "throwError");
  expose<throwNamed<napi_throw_type_error>>(env, exports, "throwTypeError");
  expose<throwNamed<napi_throw_range_error>>(env, exports, "throwRangeError");
  expose<throwValue>(env, exports, "throwValue");
  expose<throwBoth>(env, exports, "throwBoth");
  expose<isError>(env, exports, "isError");
  expose<caught>(env, exports, "caught");
  expose<caughtOfEngine>(env, exports, "caughtOfEngine");
  expose<passed>(env, exports, "passed");
  expose<nothingPending>(env, exports, "nothingPending");
  expose<whilePending>(env, exports, "whilePending");
  expose<lastErrors>(env, exports, "lastErrors");
  return exports;
}
