// Room for any snapshot, of which nothing is in the file: the program with this tells the build how
// much the other one needs.

#include <array>

#include "../snapshot.h"

namespace netwright::engine {

namespace {

std::array<std::byte, snapshotSpace> room{};

}  // namespace

constexpr std::span<std::byte> embeddedSnapshot = room;

}  // namespace netwright::engine
