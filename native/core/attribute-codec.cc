#include "attribute-codec.h"

#include <limits>

namespace netwright {

namespace {

[[noreturn]] void failProperty(std::string_view property, int error, const std::string& why,
                               const Attempt& attempt) {
  fail(attempt, error, "property " + std::string(property) + ' ' + why);
}

template <typename Type>
const Type& require(std::string_view property, const Properties::Value& value,
                    const Attempt& attempt) {
  const auto* typed = std::get_if<Type>(&value);
  if (typed == nullptr) failProperty(property, EINVAL, "is of the wrong type", attempt);
  return *typed;
}

template <std::unsigned_integral Number>
Number narrow(std::string_view property, int64_t value, const Attempt& attempt) {
  constexpr Number most = std::numeric_limits<Number>::max();
  if (value < 0 || value > int64_t{most}) {
    failProperty(property, ERANGE,
                 "is " + std::to_string(value) + ", not from 0 to " + std::to_string(most),
                 attempt);
  }
  return static_cast<Number>(value);
}

// One value on its way into one attribute.
struct Encoding {
  const AttributeRow& row;
  const Properties::Value& value;
  MessageWriter& writer;
  const Attempt& attempt;

  template <std::unsigned_integral Number>
  void number() const {
    const auto whole = require<int64_t>(row.property, value, attempt);
    writer.number(row.attribute, narrow<Number>(row.property, whole, attempt));
  }

  [[nodiscard]] const std::string& text() const {
    return require<std::string>(row.property, value, attempt);
  }

  template <std::unsigned_integral Number>
  void name() const {
    const NamedNumber* found = findNumber(row.names, text());
    if (found == nullptr) failProperty(row.property, EINVAL, "has no value " + text(), attempt);
    writer.number(row.attribute, static_cast<Number>(found->number));
  }

  void mac() const {
    const auto mac = parseMac(text());
    if (!mac) failProperty(row.property, EINVAL, "is no hardware address: " + text(), attempt);
    writer.bytes(row.attribute, *mac);
  }

  void ip() const {
    const auto ip = parseIp(text());
    if (!ip) failProperty(row.property, EINVAL, "is no IP address: " + text(), attempt);
    writer.bytes(row.attribute, ip->bytes());
  }
};

void encodeAttribute(const Encoding& encoding) {
  switch (encoding.row.wire) {
    case Wire::flag8: {
      const auto flag = require<bool>(encoding.row.property, encoding.value, encoding.attempt);
      return encoding.writer.number<uint8_t>(encoding.row.attribute, flag ? 1 : 0);
    }
    case Wire::u8:
      return encoding.number<uint8_t>();
    case Wire::u16:
      return encoding.number<uint16_t>();
    case Wire::u32:
      return encoding.number<uint32_t>();
    case Wire::name8:
      return encoding.name<uint8_t>();
    case Wire::name32:
      return encoding.name<uint32_t>();
    case Wire::text:
      return encoding.writer.text(encoding.row.attribute, encoding.text());
    case Wire::mac:
      return encoding.mac();
    case Wire::ip:
      return encoding.ip();
  }
}

template <std::unsigned_integral Number>
void decodeNumber(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  const auto number = attribute.number<Number>();
  if (number) into.set(row.property, int64_t{*number});
}

template <std::unsigned_integral Number>
void decodeName(const AttributeRow& row, const Attribute& attribute, Properties& into) {
  const auto number = attribute.number<Number>();
  const NamedNumber* found = number ? findName(row.names, *number) : nullptr;
  if (found != nullptr) into.set(row.property, std::string(found->name));
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
      return decodeName<uint8_t>(row, attribute, into);
    case Wire::name32:
      return decodeName<uint32_t>(row, attribute, into);
    case Wire::text:
      return decodeText(row, std::string(attribute.text()), into);
    case Wire::mac:
      return decodeText(row, formatMac(attribute.payload), into);
    case Wire::ip:
      return decodeText(row, formatIp(attribute.payload), into);
  }
}

}  // namespace

void encodeAttributes(AttributeTable table, const Properties& properties, MessageWriter& writer,
                      const Attempt& attempt) {
  for (const AttributeRow& row : table) {
    if (row.attribute == inHeader) continue;
    const Properties::Value* value = properties.find(row.property);
    if (value != nullptr) encodeAttribute(Encoding{row, *value, writer, attempt});
  }
}

void decodeAttribute(AttributeTable table, const Attribute& attribute, Properties& into) {
  for (const AttributeRow& row : table) {
    if (row.attribute == attribute.type) return decodeRow(row, attribute, into);
  }
}

void decodeAttributes(AttributeTable table, Bytes bytes, Properties& into) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) decodeAttribute(table, *attribute, into);
}

IpBytes requireIp(const Properties& properties, std::string_view property, const Attempt& attempt) {
  const std::string_view text = properties.text(property);
  const auto ip = parseIp(text);
  if (!ip) failProperty(property, EINVAL, "is no IP address: " + std::string(text), attempt);
  return *ip;
}

template <std::unsigned_integral Number>
Number numberOr(const Properties& properties, std::string_view property, Number otherwise,
                const Attempt& attempt) {
  const Properties::Value* value = properties.find(property);
  if (value == nullptr) return otherwise;
  return narrow<Number>(property, require<int64_t>(property, *value, attempt), attempt);
}

template uint8_t numberOr(const Properties&, std::string_view, uint8_t, const Attempt&);
template uint32_t numberOr(const Properties&, std::string_view, uint32_t, const Attempt&);

}  // namespace netwright
