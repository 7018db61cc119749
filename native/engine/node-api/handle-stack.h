// The values that an addon holds as `napi_value`.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace netwright::engine {

// A stack of values in chunks that never move, since a `napi_value` is the address of its slot. A
// handle scope is a height of the stack.
class HandleStack {
 public:
  explicit HandleStack(JSContext* context) : context_(context) {}
  HandleStack(const HandleStack&) = delete;
  HandleStack& operator=(const HandleStack&) = delete;
  ~HandleStack() { shrink(0); }

  // Takes over the reference, also if it throws.
  [[nodiscard]] napi_value push(JSValue value) {
    if (height_ == chunks_.size() * chunkSize) grow(value);
    JSValue& slot = at(height_);
    slot = value;
    height_ += 1;
    return reinterpret_cast<napi_value>(&slot);
  }

  [[nodiscard]] size_t height() const { return height_; }

  [[nodiscard]] JSValue& at(size_t index) {
    return (*chunks_[index / chunkSize])[index % chunkSize];
  }

  // Lets go of what has been pushed since the stack had this height.
  void shrink(size_t height) {
    while (height_ > height) {
      height_ -= 1;
      JS_FreeValue(context_, at(height_));
    }
  }

 private:
  static constexpr size_t chunkSize = 256;
  using Chunk = std::array<JSValue, chunkSize>;

  void grow(JSValue value);

  JSContext* context_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  size_t height_ = 0;
};

// The value behind a handle; the handle keeps it.
[[nodiscard]] inline JSValueConst valueOf(napi_value handle) {
  return *reinterpret_cast<const JSValue*>(handle);
}

}  // namespace netwright::engine
