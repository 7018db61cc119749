#include "address-text.h"

#include <arpa/inet.h>

#include <charconv>

namespace netwright {

namespace {

constexpr size_t ipv4Size = 4;
constexpr size_t ipv6Size = 16;
// "02:42:ac:11:00:02": two digits and a separator for each byte but the last.
constexpr size_t macTextSize = 17;

}  // namespace

std::span<const std::byte> IpBytes::bytes() const {
  return std::span(storage).first(family == AF_INET ? ipv4Size : ipv6Size);
}

std::optional<IpBytes> parseIp(std::string_view text) {
  const std::string terminated(text);
  // inet_pton stops at a zero; what follows it would be ignored.
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpBytes ip;
  ip.family = terminated.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(ip.family, terminated.c_str(), ip.storage.data()) != 1) return std::nullopt;
  return ip;
}

std::optional<std::string> formatIp(std::span<const std::byte> bytes) {
  if (bytes.size() != ipv4Size && bytes.size() != ipv6Size) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == ipv4Size ? AF_INET : AF_INET6;
  if (inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string(text.data());
}

std::optional<MacBytes> parseMac(std::string_view text) {
  if (text.size() != macTextSize) return std::nullopt;
  MacBytes mac{};
  for (size_t i = 0; i < mac.size(); i++) {
    if (i > 0 && text[3 * i - 1] != ':') return std::nullopt;
    const std::string_view digits = text.substr(3 * i, 2);
    uint8_t byte = 0;
    const auto parsed = std::from_chars(digits.begin(), digits.end(), byte, 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits.end()) return std::nullopt;
    mac.at(i) = std::byte{byte};
  }
  return mac;
}

std::optional<std::string> formatMac(std::span<const std::byte> bytes) {
  if (bytes.size() != std::tuple_size_v<MacBytes>) return std::nullopt;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(macTextSize);
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ':';
    text += digits[std::to_integer<size_t>(byte >> 4)];
    text += digits[std::to_integer<size_t>(byte & std::byte{0x0f})];
  }
  return text;
}

}  // namespace netwright
