// VLANs of bridge ports as messages: bridge_vlan_info of <linux/if_bridge.h>.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "message-reader.h"
#include "message-writer.h"

namespace netwright {

// 0 and 4095 are no VLANs (IEEE 802.1Q).
inline constexpr uint16_t lastVlan = 4094;

// VLANs by their numbers, each with BRIDGE_VLAN_INFO_PVID and BRIDGE_VLAN_INFO_UNTAGGED, or
// without.
using VlanFlags = std::map<uint16_t, uint16_t>;

// Consecutive VLANs with the same flags.
struct VlanRange {
  uint16_t first;
  uint16_t last;
  uint16_t flags;
};

// The fewest ranges that say the same.
[[nodiscard]] std::vector<VlanRange> rangesOf(const VlanFlags& vlans);

// One or two attributes IFLA_BRIDGE_VLAN_INFO.
void encodeVlanRange(const VlanRange& range, MessageWriter& writer);

// What a received message of the family AF_BRIDGE says of the VLANs of a port, if it is about that
// port. What makes no sense is passed over.
void decodeBridgeVlans(Bytes payload, uint32_t port, VlanFlags& into);

}  // namespace netwright
