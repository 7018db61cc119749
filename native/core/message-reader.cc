#include "message-reader.h"

#include <algorithm>

namespace netwright {

namespace {

// Cuts an element of `length` bytes off the front, with the padding behind it.
Bytes take(Bytes& bytes, size_t length) {
  const Bytes element = bytes.first(length);
  bytes = bytes.subspan(std::min<size_t>(NLMSG_ALIGN(length), bytes.size()));
  return element;
}

}  // namespace

std::string_view Attribute::text() const {
  // char may alias std::byte; the bytes are a text by the kernel's policy for this attribute.
  const std::string_view whole(reinterpret_cast<const char*>(payload.data()), payload.size());
  return whole.substr(0, whole.find('\0'));
}

std::optional<Message> MessageReader::next() {
  const auto header = readStructure<nlmsghdr>(bytes_);
  if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > bytes_.size()) {
    return std::nullopt;
  }
  return Message{*header, afterStructure<nlmsghdr>(take(bytes_, header->nlmsg_len))};
}

std::optional<Attribute> AttributeReader::next() {
  const auto header = readStructure<nlattr>(bytes_);
  if (!header || header->nla_len < sizeof(nlattr) || header->nla_len > bytes_.size()) {
    return std::nullopt;
  }
  const auto type = static_cast<uint16_t>(header->nla_type & NLA_TYPE_MASK);
  return Attribute{type, afterStructure<nlattr>(take(bytes_, header->nla_len))};
}

}  // namespace netwright
