#include "property-definition.h"

#include <span>

#include "../value.h"
#include "call.h"
#include "function-object.h"
#include "names.h"
#include "objects.h"

namespace netwright::engine {

namespace {

constexpr int hasAttributes = JS_PROP_HAS_CONFIGURABLE | JS_PROP_HAS_ENUMERABLE;

int attributesOf(const napi_property_descriptor& property) {
  int flags = hasAttributes;
  if ((property.attributes & napi_enumerable) != 0) flags |= JS_PROP_ENUMERABLE;
  if ((property.attributes & napi_configurable) != 0) flags |= JS_PROP_CONFIGURABLE;
  return flags;
}

napi_status outcomeOf(napi_env env, int outcome) {
  if (outcome < 0) return env->takeException();
  return outcome == 0 ? napi_invalid_arg : napi_ok;
}

Value accessor(napi_env env, JSAtom name, napi_callback callback, void* data) {
  return {env->context(),
          callback == nullptr ? JS_UNDEFINED : newFunction(env, {name, callback, data})};
}

napi_status defineAccessor(napi_env env, JSValueConst object, JSAtom name,
                           const napi_property_descriptor& property) {
  const Value getter = accessor(env, name, property.getter, property.data);
  if (getter.isException()) return env->takeException();
  const Value setter = accessor(env, name, property.setter, property.data);
  if (setter.isException()) return env->takeException();
  const int flags = attributesOf(property) | JS_PROP_HAS_GET | JS_PROP_HAS_SET;
  return outcomeOf(env, JS_DefineProperty(env->context(), object, name, JS_UNDEFINED, getter.get(),
                                          setter.get(), flags));
}

napi_status defineValue(napi_env env, JSValueConst object, JSAtom name,
                        const napi_property_descriptor& property, JSValueConst value) {
  int flags = attributesOf(property) | JS_PROP_HAS_VALUE | JS_PROP_HAS_WRITABLE;
  if ((property.attributes & napi_writable) != 0) flags |= JS_PROP_WRITABLE;
  return outcomeOf(env, JS_DefineProperty(env->context(), object, name, value, JS_UNDEFINED,
                                          JS_UNDEFINED, flags));
}

}  // namespace

napi_status defineProperty(napi_env env, JSValueConst object,
                           const napi_property_descriptor& property, uint64_t receiver) {
  if (property.utf8name == nullptr && !(given(property.name) && isName(property.name))) {
    return napi_name_expected;
  }
  const Atom name = property.utf8name == nullptr ? atomOf(env, property.name)
                                                 : atomOf(env, property.utf8name, NAPI_AUTO_LENGTH);
  if (name.isException()) return env->takeException();
  if (property.getter != nullptr || property.setter != nullptr) {
    return defineAccessor(env, object, name.get(), property);
  }
  if (property.method == nullptr) {
    if (property.value == nullptr) return napi_invalid_arg;
    return defineValue(env, object, name.get(), property, valueOf(property.value));
  }
  const FunctionSpec spec{name.get(), property.method, property.data, 0, receiver};
  const Value method(env->context(), newFunction(env, spec));
  if (method.isException()) return env->takeException();
  return defineValue(env, object, name.get(), property, method.get());
}

}  // namespace netwright::engine

using netwright::engine::asObject;
using netwright::engine::defineProperty;
using netwright::engine::given;
using netwright::engine::scriptCall;

napi_status napi_define_properties(napi_env env, napi_value object, size_t count,
                                   const napi_property_descriptor* properties) {
  return scriptCall(env, given(object) && (count == 0 || given(properties)), [&] {
    JSValueConst holder = JS_UNDEFINED;
    napi_status status = asObject(env, object, holder);
    for (const napi_property_descriptor& property : std::span(properties, count)) {
      if (status != napi_ok) return status;
      status = defineProperty(env, holder, property, 0);
    }
    return status;
  });
}
