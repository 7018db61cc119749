// What tells the neighbours of a link that an address is there.
#pragma once

#include "address-text.h"
#include "packet-socket.h"

namespace netwright {

// The ARP announcement of RFC 5227 §2.3: a broadcast request whose sender and target are the
// address itself. `arping -U`
[[nodiscard]] Packet gratuitousArp(const MacBytes& mac, const IpBytes& address);

// The unsolicited neighbour advertisement of RFC 4861 §7.2.6, to all nodes, overriding what they
// know. `ndsend`
[[nodiscard]] Packet neighbourAdvertisement(const MacBytes& mac, const IpBytes& address);

}  // namespace netwright
