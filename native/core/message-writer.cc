#include "message-writer.h"

#include <cstring>

namespace netwright {

MessageWriter::MessageWriter(uint16_t type, uint16_t flags) {
  nlmsghdr message{};
  message.nlmsg_type = type;
  message.nlmsg_flags = flags;
  header(message);
}

void MessageWriter::append(std::span<const std::byte> value) {
  const size_t padded = NLMSG_ALIGN(value.size());
  if (!isWhole_ || padded > capacity - size_) {
    isWhole_ = false;
    return;
  }
  if (!value.empty()) std::memcpy(&buffer_.at(size_), value.data(), value.size());
  if (padded > value.size()) {
    std::memset(&buffer_.at(size_ + value.size()), 0, padded - value.size());
  }
  size_ += padded;
}

void MessageWriter::bytes(uint16_t attribute, std::span<const std::byte> value) {
  if (value.size() > capacity) {
    isWhole_ = false;
    return;
  }
  nlattr head{};
  head.nla_len = static_cast<uint16_t>(NLA_HDRLEN + value.size());
  head.nla_type = attribute;
  header(head);
  append(value);
}

void MessageWriter::text(uint16_t attribute, std::string_view value) {
  if (value.size() >= capacity) {
    isWhole_ = false;
    return;
  }
  std::array<char, capacity> terminated;
  std::memcpy(terminated.data(), value.data(), value.size());
  terminated.at(value.size()) = '\0';
  bytes(attribute, std::as_bytes(std::span(terminated).first(value.size() + 1)));
}

MessageWriter::Nest::Nest(MessageWriter& writer, uint16_t attribute)
    : writer_(writer), start_(writer.size_) {
  nlattr head{};
  head.nla_type = attribute | NLA_F_NESTED;
  writer_.header(head);
}

MessageWriter::Nest::~Nest() {
  if (!writer_.isWhole_) return;
  const auto length = static_cast<uint16_t>(writer_.size_ - start_);
  std::memcpy(&writer_.buffer_.at(start_ + offsetof(nlattr, nla_len)), &length, sizeof length);
}

std::span<const std::byte> MessageWriter::finish(uint32_t sequence) {
  const auto length = static_cast<uint32_t>(size_);
  std::memcpy(&buffer_.at(offsetof(nlmsghdr, nlmsg_len)), &length, sizeof length);
  std::memcpy(&buffer_.at(offsetof(nlmsghdr, nlmsg_seq)), &sequence, sizeof sequence);
  return std::span(buffer_).first(size_);
}

}  // namespace netwright
