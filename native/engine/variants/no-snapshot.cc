// No snapshot: scripts are loaded from their bytecode.

#include "../snapshot.h"

namespace netwright::engine {

constexpr std::span<std::byte> embeddedSnapshot = {};

}  // namespace netwright::engine
