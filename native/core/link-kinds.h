// What each kind of link can be told: a table per kind, after <linux/if_link.h>.
#pragma once

#include <linux/if_link.h>

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

inline constexpr std::array bridgeTable = {
    AttributeRow{"hasVlanFiltering", IFLA_BR_VLAN_FILTERING, Wire::flag8},
    AttributeRow{"defaultVlan", IFLA_BR_VLAN_DEFAULT_PVID, Wire::u16},
    AttributeRow{"ageingTime", IFLA_BR_AGEING_TIME, Wire::u32},
    AttributeRow{"hasMulticastSnooping", IFLA_BR_MCAST_SNOOPING, Wire::flag8},
};

// A kind of link and the table of its IFLA_INFO_DATA. The kind's name is also the name of the
// property that holds its data.
struct LinkKind {
  std::string_view name;
  AttributeTable table;
};

inline constexpr std::array linkKinds = {
    LinkKind{"macvlan", macvlanTable},
    LinkKind{"bridge", bridgeTable},
    LinkKind{"veth", {}},
    LinkKind{"dummy", {}},
};

static_assert(hasNoDuplicates(macvlanTable) && hasNoDuplicates(bridgeTable));

[[nodiscard]] constexpr const LinkKind* findLinkKind(std::string_view name) {
  for (const LinkKind& kind : linkKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace netwright
