// Programs that stay.
#pragma once

#include <span>

namespace netwright::engine {

// Whether the command line, the program's name first, is that of a daemon: `dhcp daemon`, or
// `netwright dhcp daemon`. Such a process begins without the snapshot. It listens to a network for
// long, and whoever wants to make it misbehave should not know where its heap is.
[[nodiscard]] bool isDaemon(std::span<char* const> arguments);

// Allows as many descriptors as the system allows this user, which Node.js also does: the usual
// limit is kept low for the sake of select(2) alone.
void raiseDescriptorLimit();

}  // namespace netwright::engine
