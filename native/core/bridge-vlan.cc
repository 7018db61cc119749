#include "bridge-vlan.h"

#include <linux/if_bridge.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>

#include "bridge-vlan-message.h"
#include "link.h"

namespace netwright {

namespace {

constexpr std::array table = {
    AttributeRow{"id", inHeader, Wire::u16},
    AttributeRow{"isPortDefault", inHeader, Wire::flag8},
    AttributeRow{"isUntagged", inHeader, Wire::flag8},
};

// 16 bytes each at most, so that a request fits into its MessageWriter. Neighbours with the same
// flags are one range: whoever wants more than one request wants a very odd trunk.
constexpr size_t mostRanges = 250;

uint16_t requireVlan(int64_t id, const Attempt& attempt) {
  if (id < 1 || id > lastVlan) {
    fail(attempt, ERANGE,
         "property id is " + std::to_string(id) + ", not from 1 to " + std::to_string(lastVlan));
  }
  return static_cast<uint16_t>(id);
}

uint16_t flagsOf(const Properties& vlan) {
  const int pvid = vlan.flag("isPortDefault") ? BRIDGE_VLAN_INFO_PVID : 0;
  const int untagged = vlan.flag("isUntagged") ? BRIDGE_VLAN_INFO_UNTAGGED : 0;
  return static_cast<uint16_t>(pvid | untagged);
}

Properties describe(uint16_t id, uint16_t flags) {
  Properties vlan;
  vlan.set("id", int64_t{id});
  vlan.set("isPortDefault", (flags & BRIDGE_VLAN_INFO_PVID) != 0);
  vlan.set("isUntagged", (flags & BRIDGE_VLAN_INFO_UNTAGGED) != 0);
  return vlan;
}

Verdict tryRequest(const BridgePort& port, uint16_t type, std::span<const VlanRange> ranges) {
  MessageWriter writer(type, NLM_F_REQUEST | NLM_F_ACK);
  writer.header(bridgePortHeader(port));
  {
    const MessageWriter::Nest nest(writer, IFLA_AF_SPEC);
    writer.number<uint16_t>(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_MASTER);
    for (const VlanRange& range : ranges) encodeVlanRange(range, writer);
  }
  return port.space.socket().tryRequest(writer, attemptOn(port, "change VLANs of bridge port"));
}

// The refusal of the first request that is refused.
Verdict tryRequests(const BridgePort& port, uint16_t type, const VlanFlags& vlans) {
  const std::vector<VlanRange> ranges = rangesOf(vlans);
  std::span<const VlanRange> rest(ranges);
  while (!rest.empty()) {
    const size_t count = std::min(mostRanges, rest.size());
    Verdict verdict = tryRequest(port, type, rest.first(count));
    if (verdict.error != 0) return verdict;
    rest = rest.subspan(count);
  }
  return {};
}

}  // namespace

AttributeTable bridgeVlanTable() {
  return table;
}

std::vector<Properties> listBridgeVlans(const BridgePort& port) {
  const Attempt attempt = attemptOn(port, "list VLANs of bridge port");
  MessageWriter writer(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
  ifinfomsg header{};
  // No index: the strict check wants none (valid_bridge_getlink_req).
  header.ifi_family = AF_BRIDGE;
  writer.header(header);
  writer.number<uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
  VlanFlags vlans;
  port.space.socket().dump(writer, attempt,
                           {[&](Bytes payload) { decodeBridgeVlans(payload, port.index, vlans); },
                            [&] { vlans.clear(); }});
  if (vlans.empty() && !findLink(port.space, port.index)) fail(attempt, ENODEV);
  std::vector<Properties> list;
  for (const auto& [id, flags] : vlans) list.push_back(describe(id, flags));
  return list;
}

void addBridgeVlans(const BridgePort& port, const std::vector<Properties>& vlans) {
  constexpr std::string_view operation = "add VLANs to bridge port";
  const Attempt attempt = attemptOn(port, operation);
  VlanFlags wanted;
  for (const Properties& vlan : vlans) {
    wanted.insert_or_assign(requireVlan(vlan.number("id"), attempt), flagsOf(vlan));
  }
  Verdict verdict = tryRequests(port, RTM_SETLINK, wanted);
  if (verdict.error == EOPNOTSUPP && verdict.detail.empty()) verdict.detail = kernelLacksVlans;
  if (verdict.error != 0) failOn(port, operation, verdict);
}

void removeBridgeVlans(const BridgePort& port, const std::vector<uint32_t>& ids) {
  constexpr std::string_view operation = "remove VLANs from bridge port";
  const Attempt attempt = attemptOn(port, operation);
  VlanFlags unwanted;
  for (const uint32_t id : ids) unwanted.insert_or_assign(requireVlan(id, attempt), 0);
  const Verdict verdict = tryRequests(port, RTM_DELLINK, unwanted);
  if (verdict.error != 0) failOn(port, operation, verdict);
}

}  // namespace netwright
