#include "route-message.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>

#include "attribute-codec.h"
#include "route.h"

namespace netwright {

namespace {

constexpr std::array types = {
    NamedNumber{"unicast", RTN_UNICAST},
    NamedNumber{"local", RTN_LOCAL},
    NamedNumber{"broadcast", RTN_BROADCAST},
    NamedNumber{"anycast", RTN_ANYCAST},
    NamedNumber{"multicast", RTN_MULTICAST},
    NamedNumber{"blackhole", RTN_BLACKHOLE},
    NamedNumber{"unreachable", RTN_UNREACHABLE},
    NamedNumber{"prohibit", RTN_PROHIBIT},
    NamedNumber{"throw", RTN_THROW},
};

constexpr std::array table = {
    AttributeRow{"destinationLength", inHeader, Wire::u8},
    AttributeRow{"scope", inHeader, Wire::u8},
    AttributeRow{"protocol", inHeader, Wire::u8},
    AttributeRow{"type", inHeader, Wire::name8, types},
    AttributeRow{"isOnlink", inHeader, Wire::flag8},
    AttributeRow{"gateway", inHeader, Wire::ip},
    AttributeRow{"destination", inHeader, Wire::ip},
    AttributeRow{"table", RTA_TABLE, Wire::u32},
    AttributeRow{"link", RTA_OIF, Wire::u32},
    AttributeRow{"priority", RTA_PRIORITY, Wire::u32},
    AttributeRow{"source", RTA_PREFSRC, Wire::ip},
    // Encoded and decoded in a nest of their own, RTA_METRICS.
    AttributeRow{"mtu", inHeader, Wire::u32},
    AttributeRow{"advmss", inHeader, Wire::u32},
};

constexpr std::array metrics = {
    AttributeRow{"mtu", RTAX_MTU, Wire::u32},
    AttributeRow{"advmss", RTAX_ADVMSS, Wire::u32},
};

static_assert(hasNoDuplicates(table) && hasNoDuplicates(metrics));

void encodeGateway(const Properties& route, uint8_t family, MessageWriter& writer,
                   const Attempt& attempt) {
  const IpBytes gateway = requireIp(route, "gateway", attempt);
  if (gateway.family == family) return writer.bytes(RTA_GATEWAY, gateway.bytes());
  // A next hop of the other family (RFC 8950): struct rtvia, the family and then the address.
  std::array<std::byte, sizeof(rtvia) + 16> via{};
  const auto family16 = uint16_t{gateway.family};
  std::memcpy(via.data(), &family16, sizeof family16);
  std::memcpy(&via.at(sizeof family16), gateway.storage.data(), gateway.bytes().size());
  writer.bytes(RTA_VIA, std::span(via).first(sizeof family16 + gateway.bytes().size()));
}

uint8_t typeNumber(const Properties& route, const Attempt& attempt) {
  const std::string_view name = route.text("type");
  const NamedNumber* type = findNumber(types, name.empty() ? "unicast" : name);
  if (type == nullptr) fail(attempt, EINVAL, "property type has no value " + std::string(name));
  return static_cast<uint8_t>(type->number);
}

// A gateway as RTA_GATEWAY or as struct rtvia.
void decodeGateway(const Attribute& attribute, Properties& into) {
  if (attribute.type != RTA_GATEWAY && attribute.type != RTA_VIA) return;
  const size_t skipped = attribute.type == RTA_VIA ? sizeof(uint16_t) : 0;
  if (attribute.payload.size() < skipped) return;
  const auto gateway = formatIp(attribute.payload.subspan(skipped));
  if (gateway) into.set("gateway", *gateway);
}

// RTA_MULTIPATH: one rtnexthop with its attributes after the other.
Properties::List decodeNextHops(Bytes bytes) {
  Properties::List hops;
  for (;;) {
    const auto header = readStructure<rtnexthop>(bytes);
    if (!header || header->rtnh_len < sizeof *header || header->rtnh_len > bytes.size()) break;
    Properties hop;
    hop.set("link", int64_t{header->rtnh_ifindex});
    hop.set("weight", int64_t{header->rtnh_hops} + 1);
    hop.set("isOnlink", (header->rtnh_flags & RTNH_F_ONLINK) != 0);
    AttributeReader reader(afterStructure<rtnexthop>(bytes.first(header->rtnh_len)));
    while (const auto attribute = reader.next()) decodeGateway(*attribute, hop);
    hops.push_back(std::move(hop));
    bytes = bytes.subspan(std::min<size_t>(RTNH_ALIGN(header->rtnh_len), bytes.size()));
  }
  return hops;
}

void decodeRouteAttribute(const Attribute& attribute, Properties& into) {
  decodeAttribute(table, attribute, into);
  decodeGateway(attribute, into);
  if (attribute.type == RTA_METRICS) decodeAttributes(metrics, attribute.payload, into);
  if (attribute.type == RTA_MULTIPATH) into.set("nextHops", decodeNextHops(attribute.payload));
  if (attribute.type == RTA_DST) {
    const auto destination = formatIp(attribute.payload);
    if (destination) into.set("destination", *destination);
  }
}

}  // namespace

AttributeTable routeTable() {
  return table;
}

void encodeRoute(const Properties& route, RouteRequest request, MessageWriter& writer,
                 const Attempt& attempt) {
  const IpBytes destination = requireIp(route, "destination", attempt);
  const bool isAdded = request == RouteRequest::add;
  rtmsg header{};
  header.rtm_family = destination.family;
  header.rtm_dst_len = numberOr<uint8_t>(route, "destinationLength", 0, attempt);
  // The table travels as RTA_TABLE, which holds the large ones, too.
  header.rtm_table = route.has("table") ? RT_TABLE_UNSPEC : RT_TABLE_MAIN;
  // To remove, what is not given matches anything; IPv6 has no scopes.
  const bool isAnyScope = !isAdded && destination.family == AF_INET;
  header.rtm_scope =
      numberOr<uint8_t>(route, "scope", isAnyScope ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE, attempt);
  header.rtm_protocol =
      numberOr<uint8_t>(route, "protocol", isAdded ? RTPROT_BOOT : RTPROT_UNSPEC, attempt);
  header.rtm_type = isAdded || route.has("type") ? typeNumber(route, attempt) : uint8_t{RTN_UNSPEC};
  header.rtm_flags = route.flag("isOnlink") ? RTNH_F_ONLINK : 0;
  writer.header(header);
  if (header.rtm_dst_len > 0) writer.bytes(RTA_DST, destination.bytes());
  if (route.has("gateway")) encodeGateway(route, destination.family, writer, attempt);
  encodeAttributes(table, route, writer, attempt);
  if (route.has("mtu") || route.has("advmss")) {
    const MessageWriter::Nest nest(writer, RTA_METRICS);
    encodeAttributes(metrics, route, writer, attempt);
  }
}

std::optional<Properties> decodeRoute(Bytes payload) {
  const auto header = readStructure<rtmsg>(payload);
  const bool isIp = header && (header->rtm_family == AF_INET || header->rtm_family == AF_INET6);
  if (!isIp || (header->rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  Properties route;
  route.set("destinationLength", int64_t{header->rtm_dst_len});
  route.set("scope", int64_t{header->rtm_scope});
  route.set("protocol", int64_t{header->rtm_protocol});
  const NamedNumber* type = findName(types, header->rtm_type);
  if (type == nullptr) return std::nullopt;
  route.set("type", std::string(type->name));
  route.set("isOnlink", (header->rtm_flags & RTNH_F_ONLINK) != 0);
  AttributeReader reader(afterStructure<rtmsg>(payload));
  while (const auto attribute = reader.next()) decodeRouteAttribute(*attribute, route);
  if (!route.has("destination")) {
    route.set("destination", std::string(header->rtm_family == AF_INET ? "0.0.0.0" : "::"));
  }
  return route;
}

}  // namespace netwright
