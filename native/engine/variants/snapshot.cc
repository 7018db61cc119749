// Room for the snapshot in the executable.

#include <array>

#include "../snapshot.h"

namespace netwright::engine {

namespace {

// SNAPSHOT_ROOM is what the build has found that it takes: native/engine/snapshot-room.cmake.
[[gnu::section(".snapshot"), gnu::aligned(largestPage)]] std::array<std::byte, SNAPSHOT_ROOM>
    room{};
static_assert(SNAPSHOT_ROOM % largestPage == 0);

}  // namespace

constexpr std::span<std::byte> embeddedSnapshot = room;

}  // namespace netwright::engine
