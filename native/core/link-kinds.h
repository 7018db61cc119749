// What each kind of link can be told: a table per kind, after <linux/if_link.h>.
#pragma once

#include <linux/if_link.h>
#include <linux/if_tun.h>

#include <array>
#include <string_view>

#include "attribute-table.h"

namespace netwright {

inline constexpr std::array macvlanModes = {
    NamedNumber{"private", MACVLAN_MODE_PRIVATE}, NamedNumber{"vepa", MACVLAN_MODE_VEPA},
    NamedNumber{"bridge", MACVLAN_MODE_BRIDGE},   NamedNumber{"passthru", MACVLAN_MODE_PASSTHRU},
    NamedNumber{"source", MACVLAN_MODE_SOURCE},
};

inline constexpr std::array macvlanTable = {
    AttributeRow{"mode", IFLA_MACVLAN_MODE, Wire::name32, macvlanModes},
    AttributeRow{"broadcastQueueLength", IFLA_MACVLAN_BC_QUEUE_LEN, Wire::u32},
};

inline constexpr std::array ipvlanModes = {
    NamedNumber{"l2", IPVLAN_MODE_L2},
    NamedNumber{"l3", IPVLAN_MODE_L3},
    NamedNumber{"l3s", IPVLAN_MODE_L3S},
};

// A number of bits, of which the kernel takes one at most.
inline constexpr std::array ipvlanFlags = {
    NamedNumber{"bridge", 0},
    NamedNumber{"private", IPVLAN_F_PRIVATE},
    NamedNumber{"vepa", IPVLAN_F_VEPA},
};

inline constexpr std::array ipvlanTable = {
    AttributeRow{"mode", IFLA_IPVLAN_MODE, Wire::name16, ipvlanModes},
    AttributeRow{"flag", IFLA_IPVLAN_FLAGS, Wire::name16, ipvlanFlags},
};

inline constexpr std::array vlanTable = {
    AttributeRow{"id", IFLA_VLAN_ID, Wire::u16},
};

inline constexpr std::array bridgeTable = {
    AttributeRow{"hasVlanFiltering", IFLA_BR_VLAN_FILTERING, Wire::flag8},
    AttributeRow{"defaultVlan", IFLA_BR_VLAN_DEFAULT_PVID, Wire::u16},
    AttributeRow{"ageingTime", IFLA_BR_AGEING_TIME, Wire::u32},
    AttributeRow{"hasMulticastSnooping", IFLA_BR_MCAST_SNOOPING, Wire::flag8},
};

inline constexpr std::array tunTypes = {
    NamedNumber{"tun", IFF_TUN},
    NamedNumber{"tap", IFF_TAP},
};

// What a new tap can be told, by requests of /dev/net/tun and not by messages: tap.h.
inline constexpr std::array tapTable = {
    AttributeRow{"owner", IFLA_TUN_OWNER, Wire::u32},
    AttributeRow{"group", IFLA_TUN_GROUP, Wire::u32},
    AttributeRow{"isMultiQueue", IFLA_TUN_MULTI_QUEUE, Wire::flag8},
};

inline constexpr std::array tunTable = {
    AttributeRow{"type", IFLA_TUN_TYPE, Wire::name8, tunTypes},
    AttributeRow{"isPersistent", IFLA_TUN_PERSIST, Wire::flag8},
    tapTable[0],
    tapTable[1],
    tapTable[2],
};

// What a port of a bridge can be told, whatever kind of link it is.
inline constexpr std::array bridgePortTable = {
    AttributeRow{"isHairpin", IFLA_BRPORT_MODE, Wire::flag8},
    AttributeRow{"isIsolated", IFLA_BRPORT_ISOLATED, Wire::flag8},
};

// A kind of link and the table of its IFLA_INFO_DATA. The kind's name is also the name of the
// property that holds its data. The kernel tells of a tap as a tun of that type.
struct LinkKind {
  std::string_view name;
  AttributeTable table;
};

inline constexpr std::array linkKinds = {
    LinkKind{"macvlan", macvlanTable},
    LinkKind{"ipvlan", ipvlanTable},
    LinkKind{"vlan", vlanTable},
    LinkKind{"bridge", bridgeTable},
    LinkKind{"veth", {}},
    LinkKind{"dummy", {}},
    LinkKind{"tap", tapTable},
    LinkKind{"tun", tunTable},
};

static_assert(hasNoDuplicates(macvlanTable) && hasNoDuplicates(ipvlanTable) &&
              hasNoDuplicates(bridgeTable) && hasNoDuplicates(bridgePortTable) &&
              hasNoDuplicates(tunTable));

[[nodiscard]] constexpr const LinkKind* findLinkKind(std::string_view name) {
  for (const LinkKind& kind : linkKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace netwright
