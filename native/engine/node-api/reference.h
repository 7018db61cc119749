// What the addon's `napi_ref` points to.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstdint>
#include <list>

#include "../value.h"

// Named by js_native_api_types.h. Keeps its value while its count is above 0, and is weak while
// not; but a symbol it always keeps.
struct napi_ref__ {
 public:
  napi_ref__(JSContext* context, JSValueConst value)
      : held_(context, JS_DupValue(context, value)) {}

  // Makes one in the list of the environment. Null if the engine threw.
  [[nodiscard]] static napi_ref create(napi_env env, JSValueConst value, uint32_t count);
  void remove(napi_env env);

  [[nodiscard]] uint32_t count() const { return count_; }
  // The status of adding or taking away one, which for a value that has gone does nothing.
  [[nodiscard]] napi_status increment(napi_env env);
  [[nodiscard]] napi_status decrement(napi_env env);
  // The value; uninitialized if it has gone, JS_EXCEPTION if the engine threw.
  [[nodiscard]] netwright::engine::Value value(napi_env env) const;

 private:
  // Whether the engine did not throw; if it did, the value is still held.
  [[nodiscard]] bool weaken(napi_env env);

  // The value itself, or if it is weak, a WeakRef of it.
  netwright::engine::Value held_;
  uint32_t count_ = 1;
  std::list<napi_ref__>::iterator self_;
};
