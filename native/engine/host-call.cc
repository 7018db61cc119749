#include "host-call.h"

#include <cctype>
#include <cstring>
#include <new>

#include "../core/system-error.h"
#include "utf8.h"

namespace netwright::engine {

namespace {

// The system's words in lower case, but for the rest of a word such as "RFS".
std::string textOf(int error) {
  const char* description = strerrordesc_np(error);
  std::string text = description == nullptr ? "unknown error" : description;
  const bool isAcronym = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!isAcronym) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string codeOf(int error) {
  const char* name = strerrorname_np(error);
  return name == nullptr ? 'E' + std::to_string(error) : name;
}

JSValue throwRefusal(JSContext* context, const Refusal& refusal) {
  const int number = refusal.error;
  try {
    Value error = requireValue(context, JS_NewError(context));
    setProperty(context, error, "message", newText(context, textOf(number)).release());
    setProperty(context, error, "errno", JS_NewInt32(context, number));
    setProperty(context, error, "code", newText(context, codeOf(number)).release());
    if (!refusal.detail.empty()) {
      setProperty(context, error, "detail", newText(context, refusal.detail).release());
    }
    return JS_Throw(context, error.release());
  } catch (const Thrown&) {
    return JS_EXCEPTION;
  }
}

JSValue callFirst(JSContext* context, int /*count*/, JSValueConst* values) {
  return JS_Call(context, values[0], JS_UNDEFINED, 0, nullptr);
}

}  // namespace

void enqueueCall(JSContext* context, const Value& function) {
  JSValueConst callback = function.get();
  JS_EnqueueJob(context, callFirst, 1, &callback);
}

Value requireValue(JSContext* context, JSValue value) {
  if (JS_IsException(value) != 0) throw Thrown();
  return {context, value};
}

void setProperty(JSContext* context, const Value& object, const char* name, JSValue value) {
  Value given = requireValue(context, value);
  constexpr int flags = JS_PROP_C_W_E;
  if (JS_DefinePropertyValueStr(context, object.get(), name, given.release(), flags) < 0) {
    throw Thrown();
  }
}

Value newText(JSContext* context, std::string_view bytes) {
  if (wellFormedLength(bytes) == bytes.size()) {
    return requireValue(context, JS_NewStringLen(context, bytes.data(), bytes.size()));
  }
  const std::string text = repaired(bytes);
  return requireValue(context, JS_NewStringLen(context, text.data(), text.size()));
}

TextList::TextList(JSContext* context)
    : context_(context), array_(requireValue(context, JS_NewArray(context))) {}

void TextList::add(std::string_view text) {
  Value value = newText(context_, text);
  if (JS_SetPropertyUint32(context_, array_.get(), count_++, value.release()) < 0) throw Thrown();
}

Text::Text(JSContext* context, JSValueConst value) : context_(context) {
  size_t length = 0;
  encoded_ = JS_ToCStringLen(context, &length, value);
  if (encoded_ == nullptr) throw Thrown();
  view_ = {encoded_, length};
  if (!hasSurrogates(view_)) return;
  replaced_ = view_;
  replaceSurrogates(replaced_);
  view_ = replaced_;
}

Text::~Text() {
  JS_FreeCString(context_, encoded_);
}

std::string Arguments::path(size_t index) const {
  return systemText(text(index));
}

std::vector<std::string> Arguments::systemTexts(size_t index) const {
  return systemTextsOf(context_, values_[index]);
}

double Arguments::number(size_t index) const {
  return numberOf(context_, values_[index]);
}

int32_t Arguments::integer(size_t index) const {
  int32_t number = 0;
  if (JS_ToInt32(context_, &number, values_[index]) < 0) throw Thrown();
  return number;
}

std::string systemText(const Text& text) {
  if (text.view().find('\0') != std::string_view::npos) throw Refusal{EINVAL};
  return std::string(text.view());
}

std::vector<std::string> systemTextsOf(JSContext* context, JSValueConst array) {
  std::vector<std::string> texts;
  for (uint32_t position = 0;; position++) {
    const Value text = requireValue(context, JS_GetPropertyUint32(context, array, position));
    if (JS_IsUndefined(text.get()) != 0) return texts;
    texts.push_back(systemText(Text(context, text.get())));
  }
}

double numberOf(JSContext* context, JSValueConst value) {
  double number = 0;
  if (JS_ToFloat64(context, &number, value) < 0) throw Thrown();
  return number;
}

JSValue callHost(HostCall call, JSContext* context, JSValueConst* values) {
  try {
    return call(Arguments(context, values)).release();
  } catch (const Refusal& refusal) {
    return throwRefusal(context, refusal);
  } catch (const SystemError& error) {
    return throwRefusal(context, {error.error()});
  } catch (const Thrown&) {
    return JS_EXCEPTION;
  } catch (const std::bad_alloc&) {
    return JS_ThrowOutOfMemory(context);
  }
}

}  // namespace netwright::engine
