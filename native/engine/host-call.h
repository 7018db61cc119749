// How scripts call the host: arguments in, a value or an error out.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "value.h"

namespace netwright::engine {

// The system refused. Scripts get an error with `errno`, `code`, the system's text as its message,
// and `detail` where there is more to say.
struct Refusal {
  int error;
  std::string detail{};
};

// An exception of JavaScript is on its way already.
struct Thrown {};

// Completes a system call that signals interrupt, and passes its result through.
template <typename Call>
[[nodiscard]] auto complete(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0) return result;
    if (errno != EINTR) throw Refusal{errno};
  }
}

// Has the function called, without arguments, as a job: what it throws ends where all jobs end.
void enqueueCall(JSContext* context, const Value& function);

// Throws when what QuickJS gave is an exception.
[[nodiscard]] Value requireValue(JSContext* context, JSValue value);
// Gives `object` a property, and the value away.
void setProperty(JSContext* context, const Value& object, const char* name, JSValue value);
// UTF-8 as a string; see `repaired`.
[[nodiscard]] Value newText(JSContext* context, std::string_view bytes);

// An array of texts in the making.
class TextList {
 public:
  explicit TextList(JSContext* context);

  void add(std::string_view text);
  [[nodiscard]] Value take() { return std::move(array_); }

 private:
  JSContext* context_;
  Value array_;
  uint32_t count_ = 0;
};

// A string of JavaScript as UTF-8.
class Text {
 public:
  Text(JSContext* context, JSValueConst value);
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text();

  [[nodiscard]] std::string_view view() const { return view_; }

 private:
  JSContext* context_;
  const char* encoded_;
  std::string replaced_;
  std::string_view view_;
};

// The arguments of a call. A missing one is undefined.
class Arguments {
 public:
  Arguments(JSContext* context, JSValueConst* values) : context_(context), values_(values) {}

  [[nodiscard]] JSContext* context() const { return context_; }
  [[nodiscard]] JSValueConst value(size_t index) const { return values_[index]; }
  [[nodiscard]] Text text(size_t index) const { return Text(context_, values_[index]); }
  // A text that the system takes: EINVAL when there is a zero byte in it.
  [[nodiscard]] std::string path(size_t index) const;
  [[nodiscard]] std::vector<std::string> systemTexts(size_t index) const;
  [[nodiscard]] double number(size_t index) const;
  [[nodiscard]] int32_t integer(size_t index) const;
  // Permission bits.
  [[nodiscard]] mode_t mode(size_t index) const { return static_cast<mode_t>(integer(index)); }

 private:
  JSContext* context_;
  JSValueConst* values_;
};

// A text as the system takes it; see `Arguments::path`.
[[nodiscard]] std::string systemText(const Text& text);
// An array of such.
[[nodiscard]] std::vector<std::string> systemTextsOf(JSContext* context, JSValueConst array);
[[nodiscard]] double numberOf(JSContext* context, JSValueConst value);

// An object that is an argument, with its properties as `Arguments` has them.
class Record {
 public:
  Record(const Arguments& call, size_t index)
      : context_(call.context()), object_(call.value(index)) {}

  [[nodiscard]] Value value(const char* name) const {
    return requireValue(context_, JS_GetPropertyStr(context_, object_, name));
  }
  [[nodiscard]] Text text(const char* name) const { return Text(context_, value(name).get()); }
  [[nodiscard]] std::string path(const char* name) const { return systemText(text(name)); }
  [[nodiscard]] std::vector<std::string> systemTexts(const char* name) const {
    return systemTextsOf(context_, value(name).get());
  }
  [[nodiscard]] double number(const char* name) const {
    return numberOf(context_, value(name).get());
  }
  [[nodiscard]] bool flag(const char* name) const {
    return JS_ToBool(context_, value(name).get()) == 1;
  }

 private:
  JSContext* context_;
  JSValueConst object_;
};

using HostCall = Value (*)(const Arguments& arguments);

// Makes the call and turns what it throws into an exception of JavaScript.
[[nodiscard]] JSValue callHost(HostCall call, JSContext* context, JSValueConst* values);

// A function that scripts can call. It must have at most as many parameters as `parameterCount`.
struct HostFunction {
  const char* name;
  JSCFunction* function;
  int parameterCount;
};

template <HostCall call>
constexpr HostFunction hostFunction(const char* name, int parameterCount) {
  return {name,
          [](JSContext* context, JSValueConst /*self*/, int /*count*/, JSValueConst* values) {
            return callHost(call, context, values);
          },
          parameterCount};
}

}  // namespace netwright::engine
