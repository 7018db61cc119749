// The functions of the host, by their subjects.
#pragma once

#include <span>

#include "host-call.h"

namespace netwright::engine {

// How this program was called, and how it ends.
[[nodiscard]] std::span<const HostFunction> programFunctions();
[[nodiscard]] std::span<const HostFunction> streamFunctions();
[[nodiscard]] std::span<const HostFunction> fileFunctions();
[[nodiscard]] std::span<const HostFunction> clockFunctions();
[[nodiscard]] std::span<const HostFunction> randomFunctions();
[[nodiscard]] std::span<const HostFunction> digestFunctions();
// Ends of pipes and sockets; see `Endpoint`.
[[nodiscard]] std::span<const HostFunction> endpointFunctions();
[[nodiscard]] std::span<const HostFunction> socketFunctions();
[[nodiscard]] std::span<const HostFunction> processFunctions();
[[nodiscard]] std::span<const HostFunction> httpFunctions();
[[nodiscard]] std::span<const HostFunction> httpServerFunctions();
// See `Signal` in host-signals.cc.
[[nodiscard]] std::span<const HostFunction> signalFunctions();

}  // namespace netwright::engine
