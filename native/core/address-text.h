// Network and hardware addresses between their texts and their bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace netwright {

using MacBytes = std::array<std::byte, 6>;

// An address in network order.
struct IpBytes {
  uint8_t family = 0;  // AF_INET or AF_INET6
  std::array<std::byte, 16> storage{};

  [[nodiscard]] std::span<const std::byte> bytes() const;
};

[[nodiscard]] std::optional<IpBytes> parseIp(std::string_view text);
// Nothing unless there are four or sixteen bytes.
[[nodiscard]] std::optional<std::string> formatIp(std::span<const std::byte> bytes);

[[nodiscard]] std::optional<MacBytes> parseMac(std::string_view text);
// `02:42:ac:11:00:02`; nothing unless there are six bytes.
[[nodiscard]] std::optional<std::string> formatMac(std::span<const std::byte> bytes);

}  // namespace netwright
