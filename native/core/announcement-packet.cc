#include "announcement-packet.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <sys/socket.h>

#include <cstring>

namespace netwright {

namespace {

constexpr MacBytes broadcastMac = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                   std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
// ff02::1, all nodes, and the hardware address it maps to (RFC 2464 §7).
constexpr MacBytes allNodesMac = {std::byte{0x33}, std::byte{0x33}, std::byte{0},
                                  std::byte{0},    std::byte{0},    std::byte{1}};
constexpr uint8_t multicastPrefix = 0xff;
constexpr uint8_t linkLocalScope = 0x02;
constexpr uint8_t neighbourHopLimit = 255;
// The link-layer address option counts its length in units of eight bytes (RFC 4861 §4.6.1).
constexpr uint8_t optionUnits = 1;

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  const size_t end = to.size();
  to.resize(end + bytes.size());
  std::memcpy(&to[end], bytes.data(), bytes.size());
}

template <typename Structure>
void appendStructure(std::vector<std::byte>& to, const Structure& structure) {
  append(to, std::as_bytes(std::span(&structure, 1)));
}

// The ones' complement sum of RFC 1071 over 16-bit words.
uint32_t sumWords(std::span<const std::byte> bytes, uint32_t sum) {
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<uint32_t>(bytes[i]) << 8;
    sum += high | (i + 1 < bytes.size() ? std::to_integer<uint32_t>(bytes[i + 1]) : 0);
  }
  return sum;
}

// The ICMPv6 checksum with the pseudo header of RFC 8200 §8.1.
uint16_t icmp6Checksum(const ip6_hdr& ip, std::span<const std::byte> payload) {
  uint32_t sum = sumWords(std::as_bytes(std::span(&ip.ip6_src, 1)), 0);
  sum = sumWords(std::as_bytes(std::span(&ip.ip6_dst, 1)), sum);
  sum = sumWords(payload, sum + static_cast<uint32_t>(payload.size()) + IPPROTO_ICMPV6);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return htons(static_cast<uint16_t>(~sum));
}

}  // namespace

Packet gratuitousArp(const MacBytes& mac, const IpBytes& address) {
  arphdr header{};
  header.ar_hrd = htons(ARPHRD_ETHER);
  header.ar_pro = htons(ETHERTYPE_IP);
  header.ar_hln = std::tuple_size_v<MacBytes>;
  header.ar_pln = sizeof(in_addr);
  header.ar_op = htons(ARPOP_REQUEST);
  Packet packet{ETHERTYPE_ARP, broadcastMac, {}};
  appendStructure(packet.payload, header);
  append(packet.payload, mac);
  append(packet.payload, address.bytes());
  append(packet.payload, MacBytes{});
  append(packet.payload, address.bytes());
  return packet;
}

Packet neighbourAdvertisement(const MacBytes& mac, const IpBytes& address) {
  nd_neighbor_advert advert{};
  advert.nd_na_hdr.icmp6_type = ND_NEIGHBOR_ADVERT;
  advert.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE;
  std::memcpy(&advert.nd_na_target, address.storage.data(), sizeof advert.nd_na_target);
  const nd_opt_hdr option{ND_OPT_TARGET_LINKADDR, optionUnits};

  ip6_hdr ip{};
  ip.ip6_flow = htonl(uint32_t{6} << 28);
  ip.ip6_plen = htons(uint16_t{sizeof advert + sizeof option + std::tuple_size_v<MacBytes>});
  ip.ip6_nxt = IPPROTO_ICMPV6;
  ip.ip6_hlim = neighbourHopLimit;
  ip.ip6_src = advert.nd_na_target;
  ip.ip6_dst.s6_addr[0] = multicastPrefix;
  ip.ip6_dst.s6_addr[1] = linkLocalScope;
  ip.ip6_dst.s6_addr[15] = 1;

  std::vector<std::byte> body;
  appendStructure(body, advert);
  appendStructure(body, option);
  append(body, mac);
  const uint16_t checksum = icmp6Checksum(ip, body);
  std::memcpy(&body.at(offsetof(nd_neighbor_advert, nd_na_hdr.icmp6_cksum)), &checksum,
              sizeof checksum);

  Packet packet{ETHERTYPE_IPV6, allNodesMac, {}};
  appendStructure(packet.payload, ip);
  append(packet.payload, body);
  return packet;
}

}  // namespace netwright
