// Text as addons have it, UTF-8, and as the engine has it.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace netwright::engine {

// The bytes of a text of NAPI_AUTO_LENGTH or not.
[[nodiscard]] std::string_view viewOf(const char* text, size_t length);

// A new string; JS_EXCEPTION if the engine threw. What is not UTF-8 becomes U+FFFD, once for each
// maximal part of a character as the decoder of the Encoding standard does it.
[[nodiscard]] JSValue newString(JSContext* context, std::string_view text);

// The UTF-8 of a string, given back when it goes.
class Utf8 {
 public:
  Utf8(JSContext* context, JSValueConst string);
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;
  ~Utf8();

  // Whether making it threw.
  [[nodiscard]] bool isException() const { return text_ == nullptr; }
  [[nodiscard]] size_t size() const { return size_; }
  // Copies as many whole characters as have room, half a surrogate pair as U+FFFD; how many bytes.
  [[nodiscard]] size_t copyTo(std::span<char> room) const;

 private:
  JSContext* context_;
  size_t size_ = 0;
  const char* text_;
};

}  // namespace netwright::engine
