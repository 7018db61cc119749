// Ports of a bridge: links whose `controller` is one.
#pragma once

#include <linux/rtnetlink.h>

#include <cstdint>
#include <string_view>

#include "namespace.h"
#include "properties.h"

namespace netwright {

// A link by its index, as a port of the bridge it belongs to.
struct BridgePort {
  Namespace& space;
  uint32_t index;
};

// `bridge link set dev PORT hairpin on isolated on`
void changeBridgePort(const BridgePort& port, const Properties& change);

// The fixed structure of a request of the family AF_BRIDGE, which is about one port.
[[nodiscard]] ifinfomsg bridgePortHeader(const BridgePort& port);

// What an error message of an attempt on a port begins with.
[[nodiscard]] Attempt attemptOn(const BridgePort& port, std::string_view operation);

// Throws what the kernel has refused, naming the port; of a link that is none it says so.
[[noreturn]] void failOn(const BridgePort& port, std::string_view operation,
                         const Verdict& verdict);

}  // namespace netwright
