// Native classes.

#include <span>

#include "../value.h"
#include "call.h"
#include "function-object.h"
#include "names.h"
#include "property-definition.h"

using netwright::engine::Atom;
using netwright::engine::atomOf;
using netwright::engine::defineProperty;
using netwright::engine::FunctionSpec;
using netwright::engine::given;
using netwright::engine::newFunction;
using netwright::engine::scriptCall;
using netwright::engine::Value;

namespace {

struct NativeClass {
  const Value& constructor;
  const Value& prototype;
  uint64_t id;
};

napi_status defineMember(napi_env env, const NativeClass& native,
                         const napi_property_descriptor& property) {
  if ((property.attributes & napi_static) != 0) {
    return defineProperty(env, native.constructor.get(), property, 0);
  }
  return defineProperty(env, native.prototype.get(), property, native.id);
}

}  // namespace

napi_status napi_define_class(napi_env env, const char* name, size_t length,
                              napi_callback constructor, void* data, size_t count,
                              const napi_property_descriptor* properties, napi_value* result) {
  const bool isComplete = given(name, constructor, result) && (count == 0 || given(properties));
  return scriptCall(env, isComplete, [&] {
    JSContext* context = env->context();
    const uint64_t id = env->nextClass();
    const Atom atom = atomOf(env, name, length);
    if (atom.isException()) return env->takeException();
    Value function(context, newFunction(env, FunctionSpec{atom.get(), constructor, data, id, 0}));
    if (function.isException()) return env->takeException();
    const Value prototype(context,
                          JS_GetProperty(context, function.get(), env->builtins().prototype.get()));
    const NativeClass native{function, prototype, id};
    for (const napi_property_descriptor& property : std::span(properties, count)) {
      const napi_status status = defineMember(env, native, property);
      if (status != napi_ok) return status;
    }
    return env->give(result, function.release());
  });
}
