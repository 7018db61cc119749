// Addresses of links: ifaddrmsg and IFA_* of <linux/if_addr.h>.
#pragma once

#include <vector>

#include "attribute-table.h"
#include "namespace.h"
#include "properties.h"

namespace netwright {

// The properties of an address that a script can give.
[[nodiscard]] AttributeTable addressTable();

// `ip address add ADDRESS/LENGTH dev LINK`. Throws EEXIST when the link has it.
void addAddress(Namespace& space, const Properties& address);

// `ip address delete ADDRESS/LENGTH dev LINK`; returns whether it was there.
[[nodiscard]] bool removeAddress(Namespace& space, const Properties& address);

// `ip address show [dev LINK]`; link 0 and family 0 do not restrict.
[[nodiscard]] std::vector<Properties> listAddresses(Namespace& space, uint32_t link,
                                                    uint8_t family);

}  // namespace netwright
