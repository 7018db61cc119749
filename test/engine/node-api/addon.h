// What the addons of the conformance tests have in common: functions that scripts call Node-API
// with, and that tell its answers.
#pragma once

#include <node_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

// All of it is internal to each addon, as several may be loaded into one process.
namespace {

constexpr std::array statusNames = {
    "ok",
    "invalid_arg",
    "object_expected",
    "string_expected",
    "name_expected",
    "function_expected",
    "number_expected",
    "boolean_expected",
    "array_expected",
    "generic_failure",
    "pending_exception",
    "cancelled",
    "escape_called_twice",
    "handle_scope_mismatch",
    "callback_scope_mismatch",
    "queue_full",
    "closing",
    "bigint_expected",
};

// A call from a script, with what its arguments are in C.
class Call {
 public:
  Call(napi_env callEnv, napi_callback_info info) : env(callEnv) {
    napi_get_cb_info(env, info, &count_, arguments_.data(), &receiver, &data);
  }

  [[nodiscard]] napi_value operator[](size_t position) const { return arguments_[position]; }
  [[nodiscard]] size_t count() const { return count_; }

  // Null for undefined.
  [[nodiscard]] napi_value given(size_t position) const {
    napi_valuetype type = napi_undefined;
    napi_typeof(env, arguments_[position], &type);
    return type == napi_undefined ? nullptr : arguments_[position];
  }
  [[nodiscard]] double number(size_t position) const {
    double value = 0;
    napi_get_value_double(env, arguments_[position], &value);
    return value;
  }
  [[nodiscard]] std::string text(size_t position) const {
    size_t length = 0;
    napi_get_value_string_utf8(env, arguments_[position], nullptr, 0, &length);
    std::vector<char> bytes(length + 1);
    napi_get_value_string_utf8(env, arguments_[position], bytes.data(), bytes.size(), &length);
    return {bytes.data(), length};
  }

  napi_env env;
  napi_value receiver = nullptr;
  void* data = nullptr;

 private:
  size_t count_ = 6;
  std::array<napi_value, 6> arguments_{};
};

[[maybe_unused]] napi_value toNumber(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

[[maybe_unused]] napi_value toBoolean(napi_env env, bool value) {
  napi_value result = nullptr;
  napi_get_boolean(env, value, &result);
  return result;
}

[[maybe_unused]] napi_value toText(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

// The status as a script reads it: its name without `napi_`.
[[maybe_unused]] napi_value toStatus(napi_env env, napi_status status) {
  return toText(env, statusNames.at(status));
}

// The value, or the status of the call that should have given it.
[[maybe_unused]] napi_value either(napi_env env, napi_status status, napi_value value) {
  if (status == napi_ok) return value;
  return toStatus(env, status);
}

using Method = napi_value (*)(const Call& call);

// Makes `Body` a function of the exports.
template <Method Body>
void expose(napi_env env, napi_value exports, const char* name) {
  napi_value function = nullptr;
  napi_create_function(
      env, name, NAPI_AUTO_LENGTH,
      [](napi_env callEnv, napi_callback_info info) { return Body(Call(callEnv, info)); }, nullptr,
      &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace
