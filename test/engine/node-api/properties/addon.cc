// Properties, by values, names and indices.

#include "../addon.h"

namespace {

napi_value set(const Call& call) {
  return toStatus(call.env, napi_set_property(call.env, call[0], call[1], call[2]));
}

napi_value get(const Call& call) {
  napi_value result = nullptr;
  const napi_status status = napi_get_property(call.env, call[0], call[1], &result);
  return either(call.env, status, result);
}

template <auto Ask>
napi_value ask(const Call& call) {
  bool answer = false;
  const napi_status status = Ask(call.env, call[0], call[1], &answer);
  return either(call.env, status, toBoolean(call.env, answer));
}

napi_value setNamed(const Call& call) {
  return toStatus(call.env,
                  napi_set_named_property(call.env, call[0], call.text(1).c_str(), call[2]));
}

napi_value getNamed(const Call& call) {
  napi_value result = nullptr;
  const napi_status status =
      napi_get_named_property(call.env, call[0], call.text(1).c_str(), &result);
  return either(call.env, status, result);
}

napi_value hasNamed(const Call& call) {
  bool answer = false;
  const napi_status status =
      napi_has_named_property(call.env, call[0], call.text(1).c_str(), &answer);
  return either(call.env, status, toBoolean(call.env, answer));
}

uint32_t indexOf(const Call& call) {
  return static_cast<uint32_t>(call.number(1));
}

napi_value setElement(const Call& call) {
  return toStatus(call.env, napi_set_element(call.env, call[0], indexOf(call), call[2]));
}

napi_value getElement(const Call& call) {
  napi_value result = nullptr;
  const napi_status status = napi_get_element(call.env, call[0], indexOf(call), &result);
  return either(call.env, status, result);
}

template <auto Ask>
napi_value askElement(const Call& call) {
  bool answer = false;
  const napi_status status = Ask(call.env, call[0], indexOf(call), &answer);
  return either(call.env, status, toBoolean(call.env, answer));
}

napi_value method(napi_env env, napi_callback_info info) {
  return Call(env, info)[0];
}

napi_value getter(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_value result = nullptr;
  napi_get_named_property(env, call.receiver, "stored", &result);
  return result;
}

napi_value setter(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_set_named_property(env, call.receiver, "stored", call[0]);
  return nullptr;
}

// define(object, name, kind, attributes, value)
napi_value define(const Call& call) {
  napi_property_descriptor property = {};
  property.name = call[1];
  const std::string kind = call.text(2);
  if (kind == "method") property.method = method;
  if (kind == "getter" || kind == "accessor") property.getter = getter;
  if (kind == "setter" || kind == "accessor") property.setter = setter;
  if (kind == "value") property.value = call[4];
  property.attributes = static_cast<napi_property_attributes>(call.number(3));
  return toStatus(call.env, napi_define_properties(call.env, call[0], 1, &property));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<set>(env, exports, "set");
  expose<get>(env, exports, "get");
  expose<ask<napi_has_property>>(env, exports, "has");
  expose<ask<napi_has_own_property>>(env, exports, "hasOwn");
  expose<ask<napi_delete_property>>(env, exports, "delete");
  expose<setNamed>(env, exports, "setNamed");
  expose<getNamed>(env, exports, "getNamed");
  expose<hasNamed>(env, exports, "hasNamed");
  expose<setElement>(env, exports, "setElement");
  expose<getElement>(env, exports, "getElement");
  expose<askElement<napi_has_element>>(env, exports, "hasElement");
  expose<askElement<napi_delete_element>>(env, exports, "deleteElement");
  expose<define>(env, exports, "define");
  return exports;
}
