// What the addon's `napi_ref` points to.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstdint>
#include <list>

#include "../value.h"

// Named by js_native_api_types.h. Keeps its value while its count is above 0, and is weak while not.
struct napi_ref__ {
 public:
  napi_ref__(JSContext* context, JSValueConst value)
      : held_(context, JS_DupValue(context, value)) {}

  // Makes one in the list of the environment. Null if the engine threw.
  [[nodiscard]] static napi_ref create(napi_env env, JSValueConst value, uint32_t count);
  void remove(napi_env env);

  [[nodiscard]] uint32_t count() const { return count_; }
  // The count after adding or taking away one; 0 if the value has gone. The engine may throw.
  [[nodiscard]] uint32_t increment(napi_env env);
  [[nodiscard]] uint32_t decrement(napi_env env);
  // The value, uninitialized if it has gone.
  [[nodiscard]] netwright::engine::Value value(napi_env env) const;

 private:
  void weaken(napi_env env);

  // The value itself, or a WeakRef of it.
  netwright::engine::Value held_;
  uint32_t count_ = 1;
  std::list<napi_ref__>::iterator self_;
};
