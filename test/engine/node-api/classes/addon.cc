// Native classes.

#include "../addon.h"

namespace {

int marker = 0;

napi_value answerOf(napi_env env, const char* answer) {
  return toText(env, answer);
}

// Notes how it was called; with a function as its first argument, returns what that returns.
napi_value construct(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_value newTarget = nullptr;
  napi_get_new_target(env, info, &newTarget);
  if (newTarget == nullptr) return toText(env, "called without new");
  napi_set_named_property(env, call.receiver, "newTarget", newTarget);
  napi_set_named_property(env, call.receiver, "first", call[0]);
  napi_set_named_property(env, call.receiver, "data", toBoolean(env, call.data == &marker));
  napi_valuetype type = napi_undefined;
  napi_typeof(env, call[0], &type);
  if (type != napi_function) return nullptr;
  napi_value result = nullptr;
  napi_call_function(env, call.receiver, call[0], 0, nullptr, &result);
  return result;
}

napi_value method(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.count() == 0 ? call.receiver : call[0];
}

napi_value staticMethod(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return toBoolean(env, call.data == &marker);
}

napi_value getReceiver(napi_env env, napi_callback_info info) {
  return Call(env, info).receiver;
}

napi_value getAnswer(napi_env env, napi_callback_info /*info*/) {
  return answerOf(env, "got");
}

napi_value setAnswer(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_set_named_property(env, call.receiver, "hasBeenSet", call[0]);
  return nullptr;
}

napi_property_attributes both(napi_property_attributes left, napi_property_attributes right) {
  return static_cast<napi_property_attributes>(left | right);
}

// define(name, symbol): a class with one member of each sort.
napi_value define(const Call& call) {
  napi_env env = call.env;
  const std::string name = call.text(0);
  napi_value value = toNumber(env, 42);
  const std::array<napi_property_descriptor, 11> members = {{
      {"method", nullptr, method, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"shown", nullptr, method, nullptr, nullptr, nullptr, napi_default_jsproperty, nullptr},
      {"hidden", nullptr, method, nullptr, nullptr, nullptr, napi_default, nullptr},
      {nullptr, call[1], method, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"self", nullptr, nullptr, getReceiver, nullptr, nullptr, napi_configurable, nullptr},
      {"answer", nullptr, nullptr, getAnswer, setAnswer, nullptr, napi_enumerable, nullptr},
      {"writeOnly", nullptr, nullptr, nullptr, setAnswer, nullptr, napi_default, nullptr},
      {"value", nullptr, nullptr, nullptr, nullptr, value, napi_enumerable, nullptr},
      {"make", nullptr, staticMethod, nullptr, nullptr, nullptr,
       both(napi_default_method, napi_static), &marker},
      {"only", nullptr, nullptr, getAnswer, nullptr, nullptr, both(napi_default, napi_static),
       nullptr},
      {"constant", nullptr, nullptr, nullptr, nullptr, value, both(napi_default, napi_static),
       nullptr},
  }};
  napi_value result = nullptr;
  const napi_status status = napi_define_class(env, name.c_str(), name.size(), construct, &marker,
                                               members.size(), members.data(), &result);
  return either(env, status, result);
}

// A class whose only member has this name.
napi_value defineWith(const Call& call) {
  const napi_property_descriptor member = {nullptr, call[0], method,       nullptr,
                                           nullptr, nullptr, napi_default, nullptr};
  napi_value result = nullptr;
  return toStatus(call.env, napi_define_class(call.env, "Class", NAPI_AUTO_LENGTH, construct,
                                              nullptr, 1, &member, &result));
}

napi_value newInstance(const Call& call) {
  const std::array arguments = {call[1], call[2]};
  napi_value result = nullptr;
  const napi_status status =
      napi_new_instance(call.env, call[0], call.count() - 1, arguments.data(), &result);
  return either(call.env, status, result);
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<define>(env, exports, "define");
  expose<defineWith>(env, exports, "defineWith");
  expose<newInstance>(env, exports, "newInstance");
  return exports;
}
