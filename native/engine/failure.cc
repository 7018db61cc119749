#include "failure.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace netwright::engine {

namespace {

// SPEC 1.1.0 "Error codes" leaves the codes from 100 to plugins; 999 is what the reference plugins
// answer for whatever is unexpected.
constexpr int internalError = 999;
constexpr int indentation = 4;

// Room to speak in when the scripts have used up theirs.
constexpr size_t noLimit = SIZE_MAX;

void write(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

// Without JSON.stringify(), for messages that need no escapes.
void writeError(std::string_view message) {
  write(STDOUT_FILENO, "{\n    \"code\": 999,\n    \"msg\": \"");
  write(STDOUT_FILENO, message);
  write(STDOUT_FILENO, "\"\n}\n");
}

// A value as text, given back when it goes.
class Words {
 public:
  Words(JSContext* context, const Value& value)
      : context_(context), text_(JS_ToCString(context, value.get())) {}
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  ~Words() {
    if (text_ != nullptr) JS_FreeCString(context_, text_);
  }
  [[nodiscard]] std::string_view view() const { return text_ == nullptr ? "" : text_; }

 private:
  JSContext* context_;
  const char* text_;
};

Value property(JSContext* context, const Value& object, const char* name) {
  return {context, JS_GetPropertyStr(context, object.get(), name)};
}

Value message(JSContext* context, const Value& thrown) {
  // What QuickJS throws when there is no memory for an error.
  if (JS_IsNull(thrown.get()) != 0) {
    return {context, JS_NewStringLen(context, outOfMemory.data(), outOfMemory.size())};
  }
  if (JS_IsError(context, thrown.get()) == 0) return {context, thrown.copy()};
  return property(context, thrown, "message");
}

Value errorObject(JSContext* context, const Value& thrown) {
  Value error(context, JS_NewObject(context));
  JS_SetPropertyStr(context, error.get(), "code", JS_NewInt32(context, internalError));
  JS_SetPropertyStr(context, error.get(), "msg",
                    JS_ToString(context, message(context, thrown).get()));
  return error;
}

}  // namespace

void reportFailure(Engine& engine, const Value& thrown) {
  JSContext* context = engine.context();
  JS_SetMemoryLimit(engine.runtime(), noLimit);
  const Value error = errorObject(context, thrown);
  const Value json(context, JS_JSONStringify(context, error.get(), JS_UNDEFINED,
                                             JS_NewInt32(context, indentation)));
  const Words text(context, json);
  if (json.isException() || text.view().empty()) {
    writeError(outOfMemory);
  } else {
    write(STDOUT_FILENO, text.view());
  }
  write(STDERR_FILENO, Words(context, message(context, thrown)).view());
  write(STDERR_FILENO, "\n");
  if (JS_IsError(context, thrown.get()) == 0) return;
  // An error for which there was hardly memory has none.
  const Value stack = property(context, thrown, "stack");
  if (JS_IsString(stack.get()) != 0) write(STDERR_FILENO, Words(context, stack).view());
}

void fail(std::string_view message) {
  writeError(message);
  std::_Exit(EXIT_FAILURE);
}

}  // namespace netwright::engine
