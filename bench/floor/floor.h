// What the parts of bench/floor know of each other.
#pragma once

#include <arpa/inet.h>

#include <array>
#include <cstdint>

namespace netwright::floor {

/// Ends the process, saying what was attempted and the text of errno.
[[noreturn]] void fail(const char* operation, const char* object);

/// Whose an address is, or a link: `CNI_CONTAINERID` and `CNI_IFNAME`.
struct Attachment {
  const char* containerId;
  const char* ifName;
};

/// The network of a configuration; addresses are in host byte order.
struct Network {
  const char* name;
  std::uint32_t base;
  int prefixLength;

  [[nodiscard]] std::uint32_t broadcast() const { return base | (UINT32_MAX >> prefixLength); }
  [[nodiscard]] std::uint32_t gateway() const { return base + 1; }
};

/// An address as text.
struct AddressText {
  explicit AddressText(std::uint32_t address) {
    const in_addr inOrder{htonl(address)};
    inet_ntop(AF_INET, &inOrder, buffer.data(), INET_ADDRSTRLEN);
  }
  [[nodiscard]] const char* get() const { return buffer.data(); }
  std::array<char, INET_ADDRSTRLEN> buffer{};
};

/// Takes the next free address in host-local's files.
std::uint32_t reserveAddress(const Network& network, const Attachment& attachment);

/// Frees the addresses of the attachment in host-local's files.
void releaseAddresses(const Network& network, const Attachment& attachment);

/// `ip link add NAME netns NETNS link MASTER type macvlan mode bridge`
void createMacvlan(const char* name, const char* master, int netns);

using Mac = std::array<unsigned char, 6>;

/**
 * `sysctl net.ipv4.conf.NAME.arp_notify=1; ip address add ADDRESS dev NAME; ip link set NAME up` in
 * the namespace of the process. Returns the link's hardware address.
 */
Mac configureLink(const char* name, const Network& network, std::uint32_t address);

/// `ip link delete NAME` in the namespace of the process; passes when there is none.
void removeLink(const char* name);

}  // namespace netwright::floor
