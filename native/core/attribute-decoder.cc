#include "attribute-decoder.h"

#include <endian.h>

#include "address-text.h"
#include "nft-data.h"

namespace netwright {

namespace {

template <std::unsigned_integral Number>
void decodeNumber(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  const auto number = attribute.number<Number>();
  if (number) into.set(row.property, int64_t{*number});
}

void decodeName(const AttributeRow& row, std::optional<uint32_t> number, Properties& into) {
  const NamedNumber* found = number ? findName(row.names, *number) : nullptr;
  if (found != nullptr) into.set(row.property, std::string(found->name));
}

std::optional<uint32_t> readBe32(const Attribute& attribute) {
  const auto number = attribute.number<uint32_t>();
  if (!number) return std::nullopt;
  return be32toh(*number);
}

void decodeBe32(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  const auto number = readBe32(attribute);
  if (!number) return;
  const bool isSigned = row.wire == Wire::signedBe32;
  into.set(row.property, isSigned ? int64_t{static_cast<int32_t>(*number)} : int64_t{*number});
}

void decodeBe64(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  const auto number = attribute.number<uint64_t>();
  if (number) into.set(row.property, static_cast<int64_t>(be64toh(*number)));
}

std::optional<std::string> readNftHex(const Attribute& attribute) {
  const auto data = readNftData(attribute.payload);
  if (!data) return std::nullopt;
  return formatHex(*data);
}

void decodeText(const AttributeRow& row, std::optional<std::string> text, Properties& into) {
  if (text) into.set(row.property, std::move(*text));
}

void decodeRow(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  switch (row.wire) {
    case Wire::flag8: {
      const auto number = attribute.number<uint8_t>();
      if (number) into.set(row.property, *number != 0);
      return;
    }
    case Wire::u8:
      return decodeNumber<uint8_t>(row, attribute, into);
    case Wire::u16:
      return decodeNumber<uint16_t>(row, attribute, into);
    case Wire::u32:
      return decodeNumber<uint32_t>(row, attribute, into);
    case Wire::name8:
      return decodeName(row, attribute.number<uint8_t>(), into);
    case Wire::name16:
      return decodeName(row, attribute.number<uint16_t>(), into);
    case Wire::name32:
      return decodeName(row, attribute.number<uint32_t>(), into);
    case Wire::text:
      return decodeText(row, std::string(attribute.text()), into);
    case Wire::mac:
      return decodeText(row, formatMac(attribute.payload), into);
    case Wire::ip:
      return decodeText(row, formatIp(attribute.payload), into);
    case Wire::be32:
    case Wire::signedBe32:
      return decodeBe32(row, attribute, into);
    case Wire::be64:
      return decodeBe64(row, attribute, into);
    case Wire::nameBe32:
      return decodeName(row, readBe32(attribute), into);
    case Wire::nftData:
      return decodeText(row, readNftHex(attribute), into);
    case Wire::nftComment:
      return decodeText(row, readNftComment(attribute.payload), into);
  }
}

}  // namespace

void decodeAttribute(AttributeTable table, const Attribute& attribute, Properties& into) {
  for (const AttributeRow& row : table) {
    if (row.attribute == attribute.type) return decodeRow(row, attribute, into);
  }
}

void decodeAttributes(AttributeTable table, Bytes bytes, Properties& into) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) decodeAttribute(table, *attribute, into);
}

}  // namespace netwright
