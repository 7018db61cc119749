#include "deferred.h"

namespace netwright::engine {

Deferred::Deferred(JSContext* context)
    : context_(context), promise_(context, JS_UNDEFINED), resolve_(context, JS_UNDEFINED) {
  JSValue settle[2] = {JS_UNDEFINED, JS_UNDEFINED};
  promise_ = requireValue(context, JS_NewPromiseCapability(context, settle));
  resolve_ = Value(context, settle[0]);
  JS_FreeValue(context, settle[1]);
}

void Deferred::resolve(const Value& value) {
  JSValueConst argument = value.get();
  // Resolving only ever adds a job; it fails for lack of memory alone.
  const Value done(context_, JS_Call(context_, resolve_.get(), JS_UNDEFINED, 1, &argument));
}

}  // namespace netwright::engine
