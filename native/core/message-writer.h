// Builds one netlink message in a bounded buffer.
#pragma once

#include <linux/netlink.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace netwright {

// Writes header, attributes and nests in a straight line. What does not fit is remembered instead
// of written; whoever sends the message asks `isWhole` once.
class MessageWriter {
 public:
  MessageWriter(uint16_t type, uint16_t flags);

  // The fixed structure between the netlink header and the attributes (ifinfomsg, rtmsg, ...).
  template <typename Header>
  requires std::is_trivially_copyable_v<Header>
  void header(const Header& header) { append(std::as_bytes(std::span(&header, 1))); }

  void bytes(uint16_t attribute, std::span<const std::byte> value);
  // A text with its terminating zero, as the kernel's NLA_NUL_STRING wants it.
  void text(uint16_t attribute, std::string_view value);
  template <std::integral Number>
  void number(uint16_t attribute, Number value) {
    bytes(attribute, std::as_bytes(std::span(&value, 1)));
  }

  // The attributes written during its life become the content of `attribute`.
  class Nest {
   public:
    Nest(MessageWriter& writer, uint16_t attribute);
    ~Nest();
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    MessageWriter& writer_;
    size_t start_;
  };

  // Whether everything written so far fitted.
  [[nodiscard]] bool isWhole() const { return isWhole_; }
  // The finished message under a sequence number.
  [[nodiscard]] std::span<const std::byte> finish(uint32_t sequence);

 private:
  void append(std::span<const std::byte> value);

  // Our largest message is a link with kind data: some 300 bytes.
  static constexpr size_t capacity = 4096;
  alignas(nlmsghdr) std::array<std::byte, capacity> buffer_;
  size_t size_ = 0;
  bool isWhole_ = true;
};

}  // namespace netwright
