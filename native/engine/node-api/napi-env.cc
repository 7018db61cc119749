#include "napi-env.h"

#include <new>
#include <utility>

#include "../value.h"
#include "function-object.h"

using netwright::engine::Finalizer;
using netwright::engine::nextCleanupHook;
using netwright::engine::Value;
using netwright::engine::valueOf;

napi_env__::EngineState::EngineState(JSContext* context)
    : builtins(context),
      entry(context, JS_NewCFunction(context, netwright::engine::runCall, "addon", 0)),
      handles(context) {
  if (entry.isException()) throw std::bad_alloc();
  // Functions of the addon are heirs of Function.prototype, as this one is.
  JS_SetClassProto(context, netwright::engine::ObjectClasses::function,
                   JS_GetPrototype(context, entry.get()));
}

napi_env__::napi_env__(JSContext* jsContext, LoopSource loopSource)
    : context_(jsContext), loopSource_(std::move(loopSource)), state_(jsContext) {}

void napi_env__::stop() {
  isClosing_ = true;
  // Each may remove itself, and others that have not run yet.
  for (auto* due = nextCleanupHook(cleanupHooks_); due != nullptr;
       due = nextCleanupHook(cleanupHooks_)) {
    due->hasRun = true;
    due->hook(due, due->argument);
  }
}

void napi_env__::close() {
  stop();
  // One may add another.
  for (finalizers_.markAllDue(); finalizers_.anyDue(); finalizers_.markAllDue()) {
    // Only an exception of C++ can have been thrown, as scripts are refused; nobody is left to
    // tell.
    if (!runFinalizers()) JS_FreeValue(context_, JS_GetException(context_));
  }
  state_.reset();
}

napi_status napi_env__::finish(napi_status status) {
  lastError_.error_code = status;
  return status;
}

const napi_extended_error_info& napi_env__::describeLastError(const char* text) {
  lastError_.error_message = text;
  return lastError_;
}

napi_status napi_env__::give(napi_value* result, JSValue value) {
  if (JS_IsException(value) != 0) return takeException();
  *result = handles().push(value);
  return napi_ok;
}

napi_status napi_env__::takeException() {
  return raise(JS_GetException(context_));
}

napi_status napi_env__::raise(JSValue exception) {
  if (hasException()) {
    JS_FreeValue(context_, exception);
    return napi_generic_failure;
  }
  exception_ = exception;
  return napi_pending_exception;
}

JSValue napi_env__::clearException() {
  return std::exchange(exception_, JS_UNINITIALIZED);
}

void napi_env__::raiseNative(const char* what) {
  if (hasException()) return;
  JS_ThrowError(context_, nullptr, 0, "%s", what);
  takeException();
}

JSValue napi_env__::leave(size_t height, napi_value result) {
  Value returned(context_,
                 result == nullptr ? JS_UNDEFINED : JS_DupValue(context_, valueOf(result)));
  handles().shrink(height);
  if (hasException()) return JS_Throw(context_, clearException());
  return returned.release();
}

bool napi_env__::runFinalizers() {
  while (finalizers_.anyDue()) {
    const Finalizer finalizer = finalizers_.take();
    const Value result(context_, enter([&]() -> napi_value {
                         finalizer.callback(this, finalizer.data, finalizer.hint);
                         return nullptr;
                       }));
    if (result.isException()) return false;
  }
  return true;
}
