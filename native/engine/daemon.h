// Programs that stay.
#pragma once

#include <span>

#include "engine.h"

namespace netwright::engine {

// Whether the command line, the program's name first, is that of a daemon: `dhcp daemon`, or
// `netwright dhcp daemon`. Such a process begins without the snapshot: it listens to a network for
// long, and whoever wants to make it misbehave should not know where its heap is.
[[nodiscard]] bool isDaemon(std::span<char* const> arguments);

// Prepares a process that stays: it may have as many descriptors open as the system allows, as on
// Node.js, and collects its garbage before that is most of what it has.
void prepareToStay(Engine& engine);

}  // namespace netwright::engine
