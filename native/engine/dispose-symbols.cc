#include "dispose-symbols.h"

#include <string>

#include "host-call.h"

namespace netwright::engine {

namespace {

Value property(JSContext* context, const Value& object, const char* name) {
  return requireValue(context, JS_GetPropertyStr(context, object.get(), name));
}

void define(JSContext* context, const Value& constructor, const char* name) {
  if (JS_IsUndefined(property(context, constructor, name).get()) == 0) return;
  // What the code that esbuild makes of `using` looks for, too.
  const Value key = newText(context, std::string("Symbol.") + name);
  const Value registered = property(context, constructor, "for");
  JSValueConst argument = key.get();
  Value symbol =
      requireValue(context, JS_Call(context, registered.get(), constructor.get(), 1, &argument));
  constexpr int constant = 0;
  if (JS_DefinePropertyValueStr(context, constructor.get(), name, symbol.release(), constant) < 0) {
    throw Thrown();
  }
}

}  // namespace

bool defineDisposeSymbols(JSContext* context) {
  try {
    const Value global(context, JS_GetGlobalObject(context));
    const Value constructor = property(context, global, "Symbol");
    define(context, constructor, "dispose");
    define(context, constructor, "asyncDispose");
    return true;
  } catch (const Thrown&) {
    return false;
  }
}

}  // namespace netwright::engine
