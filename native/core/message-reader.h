// A bounds-checked walk over received messages and their attributes.
#pragma once

#include <linux/netlink.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace netwright {

using Bytes = std::span<const std::byte>;

// The structure at the front of `bytes`, or nothing when they are too few.
template <typename Structure>
requires std::is_trivially_copyable_v<Structure>
[[nodiscard]] std::optional<Structure> readStructure(Bytes bytes) {
  if (bytes.size() < sizeof(Structure)) return std::nullopt;
  Structure structure;
  std::memcpy(&structure, bytes.data(), sizeof structure);
  return structure;
}

// What follows the structure and its padding; empty when there is nothing.
template <typename Structure>
[[nodiscard]] Bytes afterStructure(Bytes bytes) {
  constexpr size_t offset = NLMSG_ALIGN(sizeof(Structure));
  return bytes.size() <= offset ? Bytes{} : bytes.subspan(offset);
}

struct Message {
  nlmsghdr header;
  Bytes payload;
};

struct Attribute {
  uint16_t type;  // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
  Bytes payload;

  // The number it holds, or nothing when it is of another size.
  template <std::integral Number>
  [[nodiscard]] std::optional<Number> number() const {
    if (payload.size() != sizeof(Number)) return std::nullopt;
    return readStructure<Number>(payload);
  }
  // The text up to its first zero.
  [[nodiscard]] std::string_view text() const;
};

// Takes message after message off the front of `bytes_`; stops at the first that does not fit.
class MessageReader {
 public:
  explicit MessageReader(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] std::optional<Message> next();

 private:
  Bytes bytes_;
};

// The same for attributes.
class AttributeReader {
 public:
  explicit AttributeReader(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] std::optional<Attribute> next();

 private:
  Bytes bytes_;
};

}  // namespace netwright
