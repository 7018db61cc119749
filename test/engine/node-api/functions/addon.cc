// Functions of the addon, and functions that the addon calls.

#include <algorithm>

#include "../addon.h"

namespace {

int marker = 0;

napi_value hasData(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  return toBoolean(env, data == &marker);
}

// create(name): a function that answers whether it got its data.
napi_value create(const Call& call) {
  const std::string name = call.text(0);
  napi_value result = nullptr;
  const napi_status status =
      napi_create_function(call.env, name.c_str(), name.size(), hasData, &marker, &result);
  return either(call.env, status, result);
}

napi_value nothing(napi_env /*env*/, napi_callback_info /*info*/) {
  return nullptr;
}

napi_value createNameless(const Call& call) {
  napi_value result = nullptr;
  napi_create_function(call.env, nullptr, 0, nothing, nullptr, &result);
  return result;
}

napi_value createWithoutCallback(const Call& call) {
  napi_value result = nullptr;
  return toStatus(call.env,
                  napi_create_function(call.env, "x", NAPI_AUTO_LENGTH, nullptr, nullptr, &result));
}

napi_value listOf(napi_env env, const napi_value* values, size_t count) {
  napi_value list = nullptr;
  napi_create_array(env, &list);
  for (uint32_t position = 0; position < count; ++position) {
    napi_set_element(env, list, position, values[position]);
  }
  return list;
}

// How many arguments there are, and the three that there is room for.
napi_value arguments(napi_env env, napi_callback_info info) {
  std::array<napi_value, 4> values{};
  size_t count = 3;
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  values[3] = toNumber(env, static_cast<double>(count));
  return listOf(env, values.data(), values.size());
}

napi_value receiver(napi_env env, napi_callback_info info) {
  napi_value result = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &result, nullptr);
  return result;
}

napi_value newTarget(napi_env env, napi_callback_info info) {
  napi_value result = nullptr;
  napi_get_new_target(env, info, &result);
  if (result == nullptr) return toText(env, "none");
  napi_set_named_property(env, receiver(env, info), "newTarget", result);
  return nullptr;
}

template <napi_callback Callback>
void exposeCallback(napi_env env, napi_value exports, const char* name) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, Callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

// call(receiver, function, ...)
napi_value callScript(const Call& call) {
  const std::array values = {call[2], call[3], call[4], call[5]};
  napi_value result = nullptr;
  const size_t count = std::max<size_t>(call.count(), 2) - 2;
  const napi_status status =
      napi_call_function(call.env, call[0], call[1], count, values.data(), &result);
  return either(call.env, status, result);
}

// With more arguments than fit into a small buffer.
napi_value callWithMany(const Call& call) {
  constexpr size_t many = 100;
  std::vector<napi_value> values(many);
  for (size_t position = 0; position < many; ++position) {
    values[position] = toNumber(call.env, static_cast<double>(position));
  }
  napi_value result = nullptr;
  napi_call_function(call.env, call[0], call[0], many, values.data(), &result);
  return result;
}

napi_value callWithoutResult(const Call& call) {
  return toStatus(call.env, napi_call_function(call.env, call[0], call[0], 0, nullptr, nullptr));
}

napi_value construct(const Call& call) {
  napi_value result = nullptr;
  const napi_status status =
      napi_new_instance(call.env, call[0], call.count() - 1, nullptr, &result);
  return either(call.env, status, result);
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<create>(env, exports, "create");
  expose<createNameless>(env, exports, "createNameless");
  expose<createWithoutCallback>(env, exports, "createWithoutCallback");
  exposeCallback<arguments>(env, exports, "arguments");
  exposeCallback<receiver>(env, exports, "receiver");
  exposeCallback<newTarget>(env, exports, "newTarget");
  expose<callScript>(env, exports, "call");
  expose<callWithMany>(env, exports, "callWithMany");
  expose<callWithoutResult>(env, exports, "callWithoutResult");
  expose<construct>(env, exports, "construct");
  return exports;
}
