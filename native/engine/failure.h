// What a runtime is told when the scripts could not tell it themselves.
#pragma once

#include "engine.h"

namespace netwright::engine {

// Writes what ended the scripts as a CNI error object to standard output, and with its stack to
// standard error. It works, in fewer words, when there is no memory left.
void reportFailure(Engine& engine, const Value& thrown);

}  // namespace netwright::engine
