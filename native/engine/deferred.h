// A promise that the loop will keep.
#pragma once

#include "host-call.h"

namespace netwright::engine {

// A pending promise and what settles it.
class Deferred {
 public:
  explicit Deferred(JSContext* context);

  [[nodiscard]] Value promise() const { return {context_, promise_.copy()}; }
  // Only once. What waits for it runs with the next jobs.
  void resolve(const Value& value);
  void resolve(bool value) { resolve({context_, JS_NewBool(context_, value)}); }

 private:
  JSContext* context_;
  Value promise_;
  Value resolve_;
};

}  // namespace netwright::engine
