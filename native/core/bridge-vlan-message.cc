#include "bridge-vlan-message.h"

#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>

#include <optional>

namespace netwright {

namespace {

constexpr uint16_t ownFlags = BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED;

void encodeVlan(uint16_t id, int flags, MessageWriter& writer) {
  const bridge_vlan_info vlan{.flags = static_cast<uint16_t>(flags), .vid = id};
  writer.bytes(IFLA_BRIDGE_VLAN_INFO, std::as_bytes(std::span(&vlan, 1)));
}

// The kernel takes no range for the one VLAN of frames without a tag (br_process_vlan_info).
bool continues(const VlanRange& range, uint16_t id, uint16_t flags) {
  return range.flags == flags && range.last + 1 == id && (flags & BRIDGE_VLAN_INFO_PVID) == 0;
}

std::optional<bridge_vlan_info> vlanIn(const Attribute& attribute) {
  if (attribute.type != IFLA_BRIDGE_VLAN_INFO) return std::nullopt;
  const auto vlan = readStructure<bridge_vlan_info>(attribute.payload);
  if (!vlan || vlan->vid == 0 || vlan->vid > lastVlan) return std::nullopt;
  return vlan;
}

void decodeList(Bytes bytes, VlanFlags& into) {
  std::optional<uint16_t> begun;
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    const auto vlan = vlanIn(*attribute);
    if (!vlan) continue;
    if ((vlan->flags & BRIDGE_VLAN_INFO_RANGE_BEGIN) != 0) {
      begun = vlan->vid;
      continue;
    }
    const bool isEnd = (vlan->flags & BRIDGE_VLAN_INFO_RANGE_END) != 0;
    const uint16_t first = isEnd ? begun.value_or(vlan->vid) : vlan->vid;
    for (uint16_t id = first; id <= vlan->vid; id++) {
      into.insert_or_assign(id, static_cast<uint16_t>(vlan->flags & ownFlags));
    }
    begun.reset();
  }
}

}  // namespace

std::vector<VlanRange> rangesOf(const VlanFlags& vlans) {
  std::vector<VlanRange> ranges;
  for (const auto& [id, flags] : vlans) {
    if (!ranges.empty() && continues(ranges.back(), id, flags)) {
      ranges.back().last = id;
    } else {
      ranges.push_back({id, id, flags});
    }
  }
  return ranges;
}

void encodeVlanRange(const VlanRange& range, MessageWriter& writer) {
  if (range.first == range.last) return encodeVlan(range.first, range.flags, writer);
  encodeVlan(range.first, range.flags | BRIDGE_VLAN_INFO_RANGE_BEGIN, writer);
  encodeVlan(range.last, range.flags | BRIDGE_VLAN_INFO_RANGE_END, writer);
}

void decodeBridgeVlans(Bytes payload, uint32_t port, VlanFlags& into) {
  const auto header = readStructure<ifinfomsg>(payload);
  if (!header || static_cast<uint32_t>(header->ifi_index) != port) return;
  AttributeReader reader(afterStructure<ifinfomsg>(payload));
  while (const auto attribute = reader.next()) {
    if (attribute->type == IFLA_AF_SPEC) decodeList(attribute->payload, into);
  }
}

}  // namespace netwright
