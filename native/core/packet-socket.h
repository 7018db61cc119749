// Raw frames on one link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "address-text.h"
#include "namespace-file.h"

namespace netwright {

// What goes behind the Ethernet header, and to whom.
struct Packet {
  uint16_t protocol;  // ETH_P_*
  MacBytes destination;
  std::vector<std::byte> payload;
};

// The ARP announcement of RFC 5227 §2.3: a broadcast request whose sender and target are the
// address itself. `arping -U`
[[nodiscard]] Packet gratuitousArp(const MacBytes& mac, const IpBytes& address);

// The unsolicited neighbour advertisement of RFC 4861 §7.2.6, to all nodes, overriding what they
// know. `ndsend`
[[nodiscard]] Packet neighbourAdvertisement(const MacBytes& mac, const IpBytes& address);

// Sends one packet from the link with this index.
void sendPacket(const NamespaceFile& space, uint32_t link, const Packet& packet);

}  // namespace netwright
