#include "builtins.h"

#include <new>
#include <stdexcept>
#include <string>

namespace netwright::engine {

namespace {

Value require(JSContext* context, const Value& holder, const char* name) {
  Value value(context, JS_GetPropertyStr(context, holder.get(), name));
  if (JS_IsObject(value.get()) == 0) {
    throw std::runtime_error(std::string("start Node-API: the context has no ") + name);
  }
  return value;
}

Value global(JSContext* context, const char* name) {
  return require(context, Value(context, JS_GetGlobalObject(context)), name);
}

Value method(JSContext* context, const char* name, const char* methodName) {
  return require(context, require(context, global(context, name), "prototype"), methodName);
}

Value makeWeakMap(JSContext* context) {
  const Value weakMap = global(context, "WeakMap");
  Value made(context, JS_CallConstructor(context, weakMap.get(), 0, nullptr));
  if (made.isException()) throw std::bad_alloc();
  return made;
}

Atom atom(JSContext* context, const char* name) {
  Atom made(context, JS_NewAtom(context, name));
  if (made.isException()) throw std::bad_alloc();
  return made;
}

}  // namespace

Builtins::Builtins(JSContext* context)
    : object(global(context, "Object")),
      error(global(context, "Error")),
      typeError(global(context, "TypeError")),
      rangeError(global(context, "RangeError")),
      weakRef(global(context, "WeakRef")),
      deref(method(context, "WeakRef", "deref")),
      hidden(makeWeakMap(context)),
      getHidden(method(context, "WeakMap", "get")),
      setHidden(method(context, "WeakMap", "set")),
      code(atom(context, "code")),
      constructor(atom(context, "constructor")),
      length(atom(context, "length")),
      message(atom(context, "message")),
      name(atom(context, "name")),
      prototype(atom(context, "prototype")) {}

}  // namespace netwright::engine
