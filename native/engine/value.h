// A JavaScript value with one owner.
#pragma once

#include <quickjs.h>

#include <utility>

namespace netwright::engine {

// Owns one reference to a value of QuickJS and gives it back.
class Value {
 public:
  Value(JSContext* context, JSValue value) : context_(context), value_(value) {}
  Value(Value&& other) noexcept
      : context_(other.context_), value_(std::exchange(other.value_, JS_UNDEFINED)) {}
  Value& operator=(Value&& other) noexcept {
    std::swap(context_, other.context_);
    std::swap(value_, other.value_);
    return *this;
  }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() { JS_FreeValue(context_, value_); }

  [[nodiscard]] JSValueConst get() const { return value_; }
  // Another reference, which the caller owns.
  [[nodiscard]] JSValue copy() const { return JS_DupValue(context_, value_); }
  // Gives the reference to the caller.
  [[nodiscard]] JSValue release() { return std::exchange(value_, JS_UNDEFINED); }
  [[nodiscard]] bool isException() const { return JS_IsException(value_) != 0; }

 private:
  JSContext* context_;
  JSValue value_;
};

}  // namespace netwright::engine
