#include "core/announcement-packet.h"

#include <net/ethernet.h>

#include "lab.h"

namespace netwright::test {

namespace {

const MacBytes mac = parseMac("02:42:ac:11:00:02").value();

// RFC 1071 §4.1, over what the checksum of RFC 8200 §8.1 covers: with the checksum in its place the
// sum is all ones.
uint32_t icmp6Sum(const Datagram& packet) {
  constexpr size_t ipv6Header = 40;
  constexpr size_t addresses = 8;
  constexpr uint32_t icmp6 = 58;
  uint32_t sum = icmp6 + static_cast<uint32_t>(packet.size() - ipv6Header);
  for (size_t i = addresses; i < packet.size(); i += 2) {
    sum += std::to_integer<uint32_t>(packet.at(i)) << 8U;
    sum += std::to_integer<uint32_t>(packet.at(i + 1));
  }
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return sum;
}

TEST(GratuitousArp, isTheAnnouncementOfRfc5227) {
  const Packet packet = gratuitousArp(mac, parseIp("10.1.2.3").value());
  EXPECT_EQ(packet.protocol, ETH_P_ARP);
  EXPECT_EQ(formatMac(packet.destination), "ff:ff:ff:ff:ff:ff");
  // RFC 826: Ethernet, IPv4, lengths, request; sender's addresses; target's addresses.
  EXPECT_EQ(hexOf(packet.payload),
            "00 01 08 00 06 04 00 01 "
            "02 42 ac 11 00 02 0a 01 02 03 "
            "00 00 00 00 00 00 0a 01 02 03");
}

TEST(NeighbourAdvertisement, isTheUnsolicitedOneOfRfc4861) {
  const Packet packet = neighbourAdvertisement(mac, parseIp("fd00::3").value());
  EXPECT_EQ(packet.protocol, ETH_P_IPV6);
  EXPECT_EQ(formatMac(packet.destination), "33:33:00:00:00:01");
  Datagram bytes = packet.payload;
  // The checksum has a test of its own.
  bytes.at(42) = bytes.at(43) = std::byte{0};
  EXPECT_EQ(hexOf(bytes),
            // RFC 8200 §3: version 6, 32 bytes, ICMPv6, hop limit 255; from the address to ff02::1.
            "60 00 00 00 00 20 3a ff "
            "fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 "
            "ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 "
            // RFC 4861 §4.4: type 136, code 0, checksum, override, target.
            "88 00 00 00 20 00 00 00 "
            "fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 "
            // RFC 4861 §4.6.1: target link-layer address.
            "02 01 02 42 ac 11 00 02");
}

TEST(NeighbourAdvertisement, carriesAChecksumThatAddsUp) {
  for (const std::string_view text :
       {"fd00::3", "fe80::42:acff:fe11:2", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"}) {
    const Packet packet = neighbourAdvertisement(mac, parseIp(text).value());
    EXPECT_EQ(icmp6Sum(packet.payload), 0xffff) << text;
  }
}

}  // namespace

}  // namespace netwright::test
