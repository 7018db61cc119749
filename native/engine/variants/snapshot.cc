// Room for the snapshot in the executable.

#include <array>

#include "../snapshot.h"

namespace netwright::engine {

namespace {

// Whole pages of the largest kind that Linux has on 64-bit ARM. When this is too little the build
// says so; what is left over is part of the file all the same.
constexpr size_t capacity = 13UL * 65536;

[[gnu::section(".snapshot"), gnu::aligned(65536)]] std::array<std::byte, capacity> room{};

}  // namespace

constexpr std::span<std::byte> embeddedSnapshot = room;

}  // namespace netwright::engine
