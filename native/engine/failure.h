// What a runtime is told when the scripts could not tell it themselves.
#pragma once

#include <string_view>

#include "engine.h"

namespace netwright::engine {

constexpr std::string_view outOfMemory = "out of memory";

// Writes what ended the scripts as a CNI error object to standard output, and with its stack to
// standard error. It works, in fewer words, when there is no memory left.
void reportFailure(Engine& engine, const Value& thrown);

// Ends the process with a CNI error when there are no scripts that could say anything, and no
// memory.
[[noreturn]] void fail(std::string_view message);

}  // namespace netwright::engine
