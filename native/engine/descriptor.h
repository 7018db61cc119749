// Reading and writing through a descriptor, to the end.
#pragma once

#include <string>
#include <string_view>

namespace netwright::engine {

// Everything up to the end. Waits where a descriptor that does not block has nothing yet.
[[nodiscard]] std::string readAll(int descriptor);
// Waits where a descriptor that does not block has no room.
void writeAll(int descriptor, std::string_view bytes);

}  // namespace netwright::engine
