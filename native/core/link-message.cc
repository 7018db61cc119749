#include "link-message.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <array>

#include "attribute-codec.h"
#include "link-kinds.h"

namespace netwright {

namespace {

// RFC 2863, in the numbering of IF_OPER_* in <linux/if.h>.
constexpr std::array operationalStates = {
    NamedNumber{"unknown", IF_OPER_UNKNOWN},
    NamedNumber{"not-present", IF_OPER_NOTPRESENT},
    NamedNumber{"down", IF_OPER_DOWN},
    NamedNumber{"lower-layer-down", IF_OPER_LOWERLAYERDOWN},
    NamedNumber{"testing", IF_OPER_TESTING},
    NamedNumber{"dormant", IF_OPER_DORMANT},
    NamedNumber{"up", IF_OPER_UP},
};

// Properties that are bits of ifi_flags.
struct HeaderFlag {
  std::string_view property;
  unsigned flag;
};

constexpr std::array headerFlags = {
    HeaderFlag{"isUp", IFF_UP},
    HeaderFlag{"isPromiscuous", IFF_PROMISC},
};

constexpr std::array writable = {
    AttributeRow{"index", inHeader, Wire::u32},
    AttributeRow{"isUp", inHeader, Wire::flag8},
    AttributeRow{"isPromiscuous", inHeader, Wire::flag8},
    AttributeRow{"name", IFLA_IFNAME, Wire::text},
    AttributeRow{"mtu", IFLA_MTU, Wire::u32},
    AttributeRow{"mac", IFLA_ADDRESS, Wire::mac},
    AttributeRow{"alias", IFLA_IFALIAS, Wire::text},
    AttributeRow{"txQueueLength", IFLA_TXQLEN, Wire::u32},
    AttributeRow{"parent", IFLA_LINK, Wire::u32},
    AttributeRow{"controller", IFLA_MASTER, Wire::u32},
};

constexpr std::array readOnly = {
    AttributeRow{"maxMtu", IFLA_MAX_MTU, Wire::u32},
    AttributeRow{"promiscuity", IFLA_PROMISCUITY, Wire::u32},
    AttributeRow{"parentNamespaceId", IFLA_LINK_NETNSID, Wire::u32},
    AttributeRow{"operationalState", IFLA_OPERSTATE, Wire::name8, operationalStates},
};

static_assert(hasNoDuplicates(writable) && hasNoDuplicates(readOnly));

// dev_valid_name of the kernel, and two names it would replace: of none and of a pattern such as
// `eth%d` it makes one of its own (dev_alloc_name).
bool isLinkName(std::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         name.find_first_of("/:% \t\n\v\f\r") == std::string_view::npos;
}

void requireLinkName(const Properties& link, const Attempt& attempt) {
  if (!link.has("name") || isLinkName(link.text("name"))) return;
  fail(attempt, EINVAL, "property name is no name of a link: " + std::string(link.text("name")));
}

// The kernel says 0 where a device sets no limit.
bool saysNoLimit(const Attribute& attribute) {
  return attribute.type == IFLA_MAX_MTU && attribute.number<uint32_t>() == 0U;
}

// Before Linux 4.18 no port was isolated, and none said so.
Properties decodeBridgePort(Bytes bytes) {
  Properties port;
  decodeAttributes(bridgePortTable, bytes, port);
  for (const AttributeRow& row : bridgePortTable) {
    if (!port.has(row.property)) port.set(row.property, false);
  }
  return port;
}

void decodeKind(Bytes bytes, Properties& into) {
  const LinkKind* known = nullptr;
  bool isBridgePort = false;
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == IFLA_INFO_KIND) {
      known = findLinkKind(attribute->text());
      into.set("kind", std::string(attribute->text()));
    }
    // The kernel puts a kind in front of its data (rtnl_link_info_fill).
    if (attribute->type == IFLA_INFO_DATA && known != nullptr && !known->table.empty()) {
      Properties data;
      decodeAttributes(known->table, attribute->payload, data);
      into.set(known->name, std::move(data));
    }
    if (attribute->type == IFLA_INFO_SLAVE_KIND) isBridgePort = attribute->text() == "bridge";
    if (attribute->type == IFLA_INFO_SLAVE_DATA && isBridgePort) {
      into.set("bridgePort", decodeBridgePort(attribute->payload));
    }
  }
}

void encodePeer(const Properties& peer, int peerNamespace, MessageWriter& writer,
                const Attempt& attempt) {
  requireLinkName(peer, attempt);
  const MessageWriter::Nest nest(writer, VETH_INFO_PEER);
  // Down, whatever it shall be later: it cannot be up before the two are joined (veth_open).
  writer.header(ifinfomsg{});
  encodeAttributes(linkTable(), peer, writer, attempt);
  if (peerNamespace >= 0) writer.number(IFLA_NET_NS_FD, peerNamespace);
}

}  // namespace

AttributeTable linkTable() {
  return writable;
}

void encodeLink(uint32_t index, const Properties& link, MessageWriter& writer,
                const Attempt& attempt) {
  requireLinkName(link, attempt);
  ifinfomsg header{};
  header.ifi_family = AF_UNSPEC;
  header.ifi_index = static_cast<int>(index);
  for (const auto& [property, flag] : headerFlags) {
    if (!link.has(property)) continue;
    header.ifi_change |= flag;
    if (link.flag(property)) header.ifi_flags |= flag;
  }
  writer.header(header);
  encodeAttributes(writable, link, writer, attempt);
}

void encodeLinkKind(const Properties& link, int peerNamespace, MessageWriter& writer,
                    const Attempt& attempt) {
  const LinkKind* kind = findLinkKind(link.text("kind"));
  if (kind == nullptr) {
    fail(attempt, EINVAL, "unknown kind of link: " + std::string(link.text("kind")));
  }
  const MessageWriter::Nest info(writer, IFLA_LINKINFO);
  writer.bytes(IFLA_INFO_KIND, std::as_bytes(std::span(kind->name)));
  const Properties* data = link.nested(kind->name);
  const Properties* peer = link.nested("peer");
  if (data == nullptr && peer == nullptr) return;
  const MessageWriter::Nest nest(writer, IFLA_INFO_DATA);
  if (data != nullptr) encodeAttributes(kind->table, *data, writer, attempt);
  if (peer != nullptr) encodePeer(*peer, peerNamespace, writer, attempt);
}

Properties decodeLink(Bytes payload) {
  Properties link;
  const auto header = readStructure<ifinfomsg>(payload);
  if (!header) return link;
  link.set("index", int64_t{header->ifi_index});
  link.set("isUp", (header->ifi_flags & IFF_UP) != 0);
  link.set("hasCarrier", (header->ifi_flags & IFF_LOWER_UP) != 0);
  link.set("isLoopback", (header->ifi_flags & IFF_LOOPBACK) != 0);
  AttributeReader reader(afterStructure<ifinfomsg>(payload));
  while (const auto attribute = reader.next()) {
    if (attribute->type == IFLA_LINKINFO) {
      decodeKind(attribute->payload, link);
    } else if (!saysNoLimit(*attribute)) {
      decodeAttribute(writable, *attribute, link);
      decodeAttribute(readOnly, *attribute, link);
    }
  }
  return link;
}

}  // namespace netwright
