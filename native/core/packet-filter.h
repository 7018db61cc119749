// Which packets a socket hears, decided by the kernel before they are queued.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace netwright {

// IPv4, IPv6 and ARP only.
struct PacketKind {
  uint16_t protocol;  // ETH_P_*
  uint16_t udpPort;   // in host order; of no use with ARP
};

// What is longer is no packet that anybody waits for here.
constexpr size_t packetLimit = 2048;

// A classic BPF program for packets that begin with their IP or ARP header, up to `packetLimit`:
// UDP over IPv4 that is no fragment, UDP over IPv6 without extension headers, each to the port; ARP
// for IPv4 over Ethernet. What is for another host, or from this one, is dropped.
[[nodiscard]] std::vector<sock_filter> packetFilter(const PacketKind& kind);

// Gives the socket this filter; -1 and `errno` when the kernel refuses.
[[nodiscard]] int attachFilter(int socket, const PacketKind& kind);

}  // namespace netwright
