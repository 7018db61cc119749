// Telling whether the file of the executable has come through unharmed.
#pragma once

#include <cstdint>
#include <span>

namespace netwright::engine {

// Tells damage, not malice: a disk may have lost a block of the file. script/bytecode.mjs computes
// the same.
[[nodiscard]] uint64_t checksumOf(std::span<const uint8_t> bytes);

}  // namespace netwright::engine
