// What stat(2) tells, for scripts.
#pragma once

#include <sys/stat.h>

#include "value.h"

namespace netwright::engine {

// `Status` of src/host/engine-module.d.ts.
[[nodiscard]] Value newStatus(JSContext* context, const struct stat& status);

}  // namespace netwright::engine
