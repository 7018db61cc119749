#include "positions.h"

#include <algorithm>
#include <tuple>

namespace netwright::engine {

namespace {

const Position* find(std::string_view module, uint32_t line, uint32_t column) {
  const auto found = std::ranges::find(modulePositions, module, &ModulePositions::module);
  if (found == modulePositions.end()) return nullptr;
  const auto after = std::ranges::upper_bound(
      found->positions, std::tuple(line, column), {},
      [](const Position& position) { return std::tuple(position.line, position.column); });
  return after == found->positions.begin() ? nullptr : &*std::prev(after);
}

uint32_t readNumber(JSContext* context, JSValueConst value) {
  uint32_t number = 0;
  JS_ToUint32(context, &number, value);
  return number;
}

// A stack frame mapper of QuickJS: (file, line, column), all beginning with 1.
JSValue mapFrame(JSContext* context, JSValueConst /*self*/, int count, JSValueConst* arguments) {
  if (count < 3) return JS_UNDEFINED;
  const char* module = JS_ToCString(context, arguments[0]);
  if (module == nullptr) return JS_EXCEPTION;
  const Position* position =
      find(module, readNumber(context, arguments[1]), readNumber(context, arguments[2]));
  JS_FreeCString(context, module);
  if (position == nullptr) return JS_UNDEFINED;
  const std::string_view source = positionSources[position->source];
  const JSValue frame = JS_NewObject(context);
  JS_SetPropertyStr(context, frame, "filename",
                    JS_NewStringLen(context, source.data(), source.size()));
  JS_SetPropertyStr(context, frame, "line", JS_NewUint32(context, position->sourceLine));
  JS_SetPropertyStr(context, frame, "column", JS_NewUint32(context, position->sourceColumn));
  return frame;
}

}  // namespace

void mapStackTraces(JSContext* context) {
  if (modulePositions.empty()) return;
  constexpr int parameters = 3;
  JS_SetStackFrameMapper(
      context, JS_NewCFunction2(context, mapFrame, "mapFrame", parameters, JS_CFUNC_generic, 0));
}

}  // namespace netwright::engine
