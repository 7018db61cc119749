#include "nft-data.h"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>

namespace netwright {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

// NFTNL_UDATA_RULE_COMMENT of libnftnl, and the same of tables and chains.
constexpr std::byte commentType{0};

}  // namespace

std::optional<std::vector<std::byte>> parseHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const size_t high = digits.find(text[i]);
    const size_t low = digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(high << 4U | low));
  }
  return bytes;
}

std::string formatHex(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<size_t>(byte >> 4)];
    text += digits[std::to_integer<size_t>(byte & std::byte{0x0f})];
  }
  return text;
}

void writeNftData(uint16_t attribute, Bytes value, MessageWriter& writer) {
  const MessageWriter::Nest nest(writer, attribute);
  writer.bytes(NFTA_DATA_VALUE, value);
}

std::optional<Bytes> readNftData(Bytes nest) {
  AttributeReader reader(nest);
  const auto value = reader.next();
  if (!value || value->type != NFTA_DATA_VALUE) return std::nullopt;
  return value->payload;
}

void writeNftComment(uint16_t attribute, std::string_view comment, MessageWriter& writer) {
  std::array<std::byte, NFT_USERDATA_MAXLEN> userData{};
  const std::string_view text = comment.substr(0, longestNftComment);
  userData.at(0) = commentType;
  userData.at(1) = static_cast<std::byte>(text.size() + 1);
  std::ranges::copy(std::as_bytes(std::span(text)), userData.begin() + 2);
  writer.bytes(attribute, std::span(userData).first(2 + text.size() + 1));
}

std::optional<std::string> readNftComment(Bytes userData) {
  while (userData.size() >= 2) {
    const auto type = userData[0];
    const auto length = std::to_integer<size_t>(userData[1]);
    userData = userData.subspan(2);
    if (length > userData.size()) return std::nullopt;
    if (type == commentType) {
      return std::string(Attribute{0, userData.first(length)}.text());
    }
    userData = userData.subspan(length);
  }
  return std::nullopt;
}

}  // namespace netwright
