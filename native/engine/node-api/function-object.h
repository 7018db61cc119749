// Functions of the addon as scripts call them.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstdint>
#include <span>

#include "atom.h"
#include "hidden-data.h"

namespace netwright::engine {

// What a function of the addon is, hidden in its function object.
class FunctionData : public HiddenData {
 public:
  using HiddenData::HiddenData;

  napi_callback callback = nullptr;
  void* data = nullptr;
  // The native class that the function constructs objects of, 0 if it is not a class.
  uint64_t constructs = 0;
  // The native class that `this` must be an object of, 0 if it may be anything.
  uint64_t receiver = 0;
};

struct FunctionSpec {
  JSAtom name;
  napi_callback callback = nullptr;
  void* data = nullptr;
  uint64_t constructs = 0;
  uint64_t receiver = 0;
};

// A new function object; JS_EXCEPTION if the engine threw. Like any function of V8's API it can be
// called with `new`.
[[nodiscard]] JSValue newFunction(napi_env env, const FunctionSpec& spec);

// JSClassCall of functions of the addon.
JSValue callFunction(JSContext* context, JSValueConst function, JSValueConst receiver, int count,
                     JSValueConst* arguments, int flags);

// JSCFunction in whose stack frame functions of the addon run; `smuggled` is a napi_callback_info.
JSValue runCall(JSContext* context, JSValueConst smuggled, int count, JSValueConst* arguments);

}  // namespace netwright::engine

// Named by js_native_api_types.h: one call of a function.
struct napi_callback_info__ {
  const netwright::engine::FunctionData& function;
  JSValueConst receiver;
  // Undefined unless called with `new`.
  JSValueConst newTarget;
  std::span<const JSValueConst> arguments;
};
