// The VLANs that a port of a bridge belongs to.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "attribute-table.h"
#include "bridge-port.h"

namespace netwright {

// What a kernel that has never heard of VLANs on bridges leaves for us to say (EOPNOTSUPP).
inline constexpr std::string_view kernelLacksVlans =
    "the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)";

// The properties of a VLAN that a script can give.
[[nodiscard]] AttributeTable bridgeVlanTable();

// `bridge vlan show dev PORT`, by their numbers. Throws ENODEV when the link is not there.
[[nodiscard]] std::vector<Properties> listBridgeVlans(const BridgePort& port);

// `bridge vlan add dev PORT vid ID [pvid] [untagged]`. Throws EOPNOTSUPP when the link is no port
// or the kernel has no VLANs, ERANGE for what is no number of a VLAN.
void addBridgeVlans(const BridgePort& port, const std::vector<Properties>& vlans);

// `bridge vlan delete dev PORT vid ID`; what the port is not in is passed over.
void removeBridgeVlans(const BridgePort& port, const std::vector<uint32_t>& ids);

}  // namespace netwright
