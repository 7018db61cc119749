// Telling the neighbours of a link which addresses it has.
#pragma once

#include <cstdint>
#include <string>

#include "namespace.h"

namespace netwright {

// Announces an address from the link's own hardware address: a gratuitous ARP for IPv4, an
// unsolicited neighbour advertisement for IPv6. Throws ENODEV when there is no such link,
// EOPNOTSUPP when it has no hardware address.
void announceAddress(Namespace& space, uint32_t link, const std::string& address);

}  // namespace netwright
