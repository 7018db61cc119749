#include "attribute-codec.h"

#include <endian.h>

#include <limits>

#include "nft-data.h"

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

  [[nodiscard]] uint32_t named() const {
    const NamedNumber* found = findNumber(row.names, text());
    if (found == nullptr) failProperty(row.property, EINVAL, "has no value " + text(), attempt);
    return found->number;
  }

  template <std::unsigned_integral Number>
  void name() const {
    writer.number(row.attribute, static_cast<Number>(named()));
  }

  void be32() const {
    const auto whole = require<int64_t>(row.property, value, attempt);
    writer.number(row.attribute, htobe32(narrow<uint32_t>(row.property, whole, attempt)));
  }

  void be64() const {
    const auto whole = require<int64_t>(row.property, value, attempt);
    if (whole < 0) failProperty(row.property, ERANGE, "is negative", attempt);
    writer.number(row.attribute, htobe64(static_cast<uint64_t>(whole)));
  }

  void signedBe32() const {
    const auto whole = require<int64_t>(row.property, value, attempt);
    if (whole < INT32_MIN || whole > INT32_MAX) {
      failProperty(row.property, ERANGE, "is " + std::to_string(whole) + ", not of 32 bits",
                   attempt);
    }
    writer.number(row.attribute, htobe32(static_cast<uint32_t>(whole)));
  }

  void nftData() const {
    const auto data = parseHex(text());
    if (!data) failProperty(row.property, EINVAL, "is no hexadecimal text: " + text(), attempt);
    writeNftData(row.attribute, *data, writer);
  }

  void nftComment() const {
    if (text().size() > longestNftComment) {
      failProperty(row.property, ERANGE,
                   "is longer than " + std::to_string(longestNftComment) + " bytes", attempt);
    }
    writeNftComment(row.attribute, text(), writer);
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
    case Wire::name16:
      return encoding.name<uint16_t>();
    case Wire::name32:
      return encoding.name<uint32_t>();
    case Wire::text:
      return encoding.writer.text(encoding.row.attribute, encoding.text());
    case Wire::mac:
      return encoding.mac();
    case Wire::ip:
      return encoding.ip();
    case Wire::be32:
      return encoding.be32();
    case Wire::be64:
      return encoding.be64();
    case Wire::signedBe32:
      return encoding.signedBe32();
    case Wire::nameBe32:
      return encoding.writer.number(encoding.row.attribute, htobe32(encoding.named()));
    case Wire::nftData:
      return encoding.nftData();
    case Wire::nftComment:
      return encoding.nftComment();
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
