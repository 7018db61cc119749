// How properties, netlink attributes and wire types belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace netwright {

// The type of an attribute on the wire.
enum class Wire : uint8_t {
  flag8,   // 0 or 1 in a byte
  u8,      //
  u16,     //
  u32,     //
  name8,   // one of the row's names, as a byte
  name16,  // likewise, as two bytes
  name32,  // likewise, as four
  text,    // zero-terminated
  mac,     // six bytes; `02:42:ac:11:00:02`
  ip,      // four or sixteen bytes; an address text

  // nf_tables writes its numbers in network order.
  be32,        //
  be64,        //
  signedBe32,  //
  nameBe32,    // one of the row's names
  nftData,     // bytes in a nest, nft-data.h; lower-case hexadecimal text
  nftComment,  // user data of libnftnl, nft-data.h; a text
};

// A number of the kernel and the name we give it.
struct NamedNumber {
  std::string_view name;
  uint32_t number;
};

struct AttributeRow {
  std::string_view property;
  uint16_t attribute;
  Wire wire;
  std::span<const NamedNumber> names = {};
};

// A property of the fixed header in front of the attributes; the noun's own code carries it.
inline constexpr uint16_t inHeader = 0xffff;

using AttributeTable = std::span<const AttributeRow>;

// For static_assert: no attribute and no property appears in two rows.
[[nodiscard]] constexpr bool hasNoDuplicates(AttributeTable table) {
  for (size_t i = 0; i < table.size(); i++) {
    for (size_t j = i + 1; j < table.size(); j++) {
      if (table[i].property == table[j].property) return false;
      if (table[i].attribute == table[j].attribute && table[i].attribute != inHeader) return false;
    }
  }
  return true;
}

[[nodiscard]] constexpr const NamedNumber* findName(std::span<const NamedNumber> names,
                                                    uint32_t number) {
  for (const NamedNumber& row : names) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

[[nodiscard]] constexpr const NamedNumber* findNumber(std::span<const NamedNumber> names,
                                                      std::string_view name) {
  for (const NamedNumber& row : names) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace netwright
