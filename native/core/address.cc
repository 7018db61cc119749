#include "address.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <array>

#include "attribute-codec.h"
#include "gather.h"

namespace netwright {

namespace {

constexpr std::array table = {
    AttributeRow{"link", inHeader, Wire::u32},
    AttributeRow{"prefixLength", inHeader, Wire::u8},
    AttributeRow{"scope", inHeader, Wire::u8},
    AttributeRow{"skipsDuplicateDetection", inHeader, Wire::flag8},
    AttributeRow{"address", IFA_LOCAL, Wire::ip},
    AttributeRow{"broadcast", IFA_BROADCAST, Wire::ip},
};

static_assert(hasNoDuplicates(table));

std::string describe(Namespace& space, const Properties& address) {
  return std::string(address.text("address")) + '/' +
         std::to_string(address.number("prefixLength")) + " on link " +
         std::to_string(address.number("link")) + " in " + space.file().path();
}

void encode(const Properties& address, MessageWriter& writer, const Attempt& attempt) {
  const IpBytes ip = requireIp(address, "address", attempt);
  ifaddrmsg header{};
  header.ifa_family = ip.family;
  header.ifa_prefixlen = numberOr<uint8_t>(address, "prefixLength", 0, attempt);
  header.ifa_flags = address.flag("skipsDuplicateDetection") ? IFA_F_NODAD : 0;
  header.ifa_scope = numberOr<uint8_t>(address, "scope", RT_SCOPE_UNIVERSE, attempt);
  header.ifa_index = numberOr<uint32_t>(address, "link", 0, attempt);
  writer.header(header);
  encodeAttributes(table, address, writer, attempt);
  // The peer's address, which for anything but point-to-point links is the local one.
  writer.bytes(IFA_ADDRESS, ip.bytes());
}

// Nothing for what has no IP address.
std::optional<Properties> decode(Bytes payload) {
  Properties address;
  const auto header = readStructure<ifaddrmsg>(payload);
  if (!header) return std::nullopt;
  address.set("link", int64_t{header->ifa_index});
  address.set("prefixLength", int64_t{header->ifa_prefixlen});
  address.set("scope", int64_t{header->ifa_scope});
  uint32_t flags = header->ifa_flags;
  std::optional<std::string> peer;
  AttributeReader reader(afterStructure<ifaddrmsg>(payload));
  while (const auto attribute = reader.next()) {
    decodeAttribute(table, *attribute, address);
    if (attribute->type == IFA_ADDRESS) peer = formatIp(attribute->payload);
    if (attribute->type == IFA_FLAGS) flags = attribute->number<uint32_t>().value_or(flags);
  }
  // IPv6 addresses without a peer come without IFA_LOCAL.
  if (!address.has("address") && peer) address.set("address", *peer);
  address.set("isTentative", (flags & IFA_F_TENTATIVE) != 0);
  address.set("isDuplicate", (flags & IFA_F_DADFAILED) != 0);
  address.set("isPermanent", (flags & IFA_F_PERMANENT) != 0);
  // Other families than IP may have addresses, too (AF_UNSPEC asks all of them).
  if (!address.has("address")) return std::nullopt;
  return address;
}

}  // namespace

AttributeTable addressTable() {
  return table;
}

void addAddress(Namespace& space, const Properties& address) {
  const Attempt attempt{"add address", describe(space, address)};
  MessageWriter writer(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  encode(address, writer, attempt);
  space.socket().request(writer, attempt);
}

bool removeAddress(Namespace& space, const Properties& address) {
  const Attempt attempt{"remove address", describe(space, address)};
  MessageWriter writer(RTM_DELADDR, NLM_F_REQUEST | NLM_F_ACK);
  encode(address, writer, attempt);
  return space.socket().requestIfThere(writer, EADDRNOTAVAIL, attempt);
}

std::vector<Properties> listAddresses(Namespace& space, uint32_t link, uint8_t family) {
  ifaddrmsg filter{};
  filter.ifa_family = family;
  filter.ifa_index = link;
  MessageWriter writer(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP);
  writer.header(filter);
  std::vector<Properties> addresses;
  space.socket().dump(writer, {"list addresses", "in " + space.file().path()},
                      gatherInto(addresses, decode));
  return addresses;
}

}  // namespace netwright
