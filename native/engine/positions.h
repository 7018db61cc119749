// Where in the TypeScript a position in the bundled JavaScript comes from.
#pragma once

#include <quickjs.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace netwright::engine {

// From this place in a module on, up to the next, all comes from one place of a source. Lines and
// columns begin with 1.
struct Position {
  uint32_t line;
  uint32_t column;
  uint32_t source;
  uint32_t sourceLine;
  uint32_t sourceColumn;
};

// The positions of one module, in their order.
struct ModulePositions {
  std::string_view module;
  std::span<const Position> positions;
};

// Written by the build: full in the debugging executable, empty in the other.
extern const std::span<const ModulePositions> modulePositions;
extern const std::span<const std::string_view> positionSources;

// Has stack traces name the file and line of the TypeScript.
void mapStackTraces(JSContext* context);

}  // namespace netwright::engine
