#include "core/packet-filter.h"

#include <net/ethernet.h>
#include <sys/socket.h>

#include <array>

#include "core/fd.h"
#include "damage.h"
#include "lab.h"

namespace netwright::test {

namespace {

constexpr PacketKind dhcp{ETHERTYPE_IP, 68};
constexpr PacketKind dhcp6{ETHERTYPE_IPV6, 546};
constexpr PacketKind arp{ETHERTYPE_ARP, 0};

// A socket behind a filter, and what sends to it. The kernel filters here as it does on a link.
class Filtered {
 public:
  explicit Filtered(const PacketKind& kind) {
    std::array<int, 2> ends{};
    (void)check(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()),
                attempt);
    sender_ = Fd(ends[0]);
    receiver_ = Fd(ends[1]);
    (void)check(attachFilter(receiver_.get(), kind), attempt);
  }

  [[nodiscard]] bool passes(const Datagram& packet) const {
    (void)check(::send(sender_.get(), packet.data(), packet.size(), 0), attempt);
    Datagram received(2 * packetLimit);
    const ssize_t size = ::recv(receiver_.get(), received.data(), received.size(), 0);
    if (size < 0) return false;
    received.resize(static_cast<size_t>(size));
    EXPECT_EQ(hexOf(received), hexOf(packet));
    return true;
  }
  [[nodiscard]] bool passes(std::string_view hex) const { return passes(bytesOf(hex)); }

 private:
  Fd sender_;
  Fd receiver_;
};

// From 10.1.2.1 port 67 to 10.1.2.9 port 68, four bytes.
constexpr std::string_view toPort68 =
    "45 00 00 20 00 00 40 00 40 11 00 00 0a 01 02 01 0a 01 02 09 "
    "00 43 00 44 00 0c 00 00 01 02 03 04";

// From fe80::1 port 547 to fe80::2 port 546, four bytes.
constexpr std::string_view toPort546 =
    "60 00 00 00 00 0c 11 40 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 "
    "fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 02 "
    "02 23 02 22 00 0c 00 00 01 02 03 04";

// Who has 10.1.2.9? Tell 10.1.2.1.
constexpr std::string_view whoHas =
    "00 01 08 00 06 04 00 01 02 42 ac 11 00 02 0a 01 02 01 00 00 00 00 00 00 0a 01 02 09";

Datagram changed(std::string_view hex, size_t place, unsigned value) {
  Datagram packet = bytesOf(hex);
  packet.at(place) = static_cast<std::byte>(value);
  return packet;
}

TEST(PacketFilter, letsUdpToThePortThrough) {
  EXPECT_TRUE(Filtered(dhcp).passes(toPort68));
  EXPECT_TRUE(Filtered(dhcp6).passes(toPort546));
}

TEST(PacketFilter, letsArpThroughPaddedOrNot) {
  const Filtered filtered(arp);
  EXPECT_TRUE(filtered.passes(whoHas));
  EXPECT_TRUE(filtered.passes(std::string(whoHas) + std::string(36, '0')));
}

TEST(PacketFilter, dropsOtherPortsAndProtocols) {
  EXPECT_FALSE(Filtered(dhcp).passes(changed(toPort68, 23, 69)));
  EXPECT_FALSE(Filtered(dhcp).passes(changed(toPort68, 9, 6)));
  EXPECT_FALSE(Filtered(dhcp6).passes(changed(toPort546, 43, 35)));
  EXPECT_FALSE(Filtered(dhcp6).passes(changed(toPort546, 6, 0)));
}

TEST(PacketFilter, dropsFragmentsButNotWhatMustNotBecomeOne) {
  const Filtered filtered(dhcp);
  EXPECT_FALSE(filtered.passes(changed(toPort68, 6, 0x20)));  // more fragments
  EXPECT_FALSE(filtered.passes(changed(toPort68, 6, 0x10)));  // the highest bit of the offset
  EXPECT_FALSE(filtered.passes(changed(toPort68, 7, 0x01)));  // the lowest
  EXPECT_TRUE(filtered.passes(changed(toPort68, 6, 0x00)));   // may become one
}

TEST(PacketFilter, findsThePortBehindOptions) {
  const Filtered filtered(dhcp);
  // IHL 6: the four bytes behind the addresses are options.
  EXPECT_FALSE(filtered.passes(changed(toPort68, 0, 0x46)));
  Datagram packet = changed(toPort68, 0, 0x46);
  packet.insert(packet.begin() + 20, 4, std::byte{1});
  EXPECT_TRUE(filtered.passes(packet));
}

TEST(PacketFilter, dropsHeadersThatAreNone) {
  const Filtered filtered(dhcp);
  EXPECT_FALSE(filtered.passes(changed(toPort68, 0, 0x44)));  // shorter than a header can be
  EXPECT_FALSE(filtered.passes(changed(toPort68, 0, 0x4f)));  // longer than the packet
  EXPECT_FALSE(filtered.passes(changed(toPort68, 0, 0x65)));  // of another version
  EXPECT_FALSE(filtered.passes(changed(toPort68, 0, 0x05)));
  EXPECT_FALSE(Filtered(dhcp6).passes(changed(toPort546, 0, 0x45)));
}

TEST(PacketFilter, dropsArpOfOtherHardwareAndProtocols) {
  const Filtered filtered(arp);
  for (const size_t place : {0, 1, 2, 3, 4, 5}) {
    EXPECT_FALSE(filtered.passes(changed(whoHas, place, 0x77))) << place;
  }
}

TEST(PacketFilter, dropsWhatIsCutShort) {
  struct Case {
    PacketKind kind;
    std::string_view packet;
    size_t needed;
  };
  for (const Case& each : {Case{dhcp, toPort68, 24}, {dhcp6, toPort546, 44}, {arp, whoHas, 28}}) {
    const Filtered filtered(each.kind);
    Datagram packet = bytesOf(each.packet);
    while (!packet.empty()) {
      EXPECT_EQ(filtered.passes(packet), packet.size() >= each.needed) << packet.size();
      packet.pop_back();
    }
  }
}

TEST(PacketFilter, letsUpToTheLimitThroughAndDropsWhatIsLonger) {
  const Filtered filtered(dhcp);
  Datagram packet = bytesOf(toPort68);
  packet.resize(packetLimit);
  EXPECT_TRUE(filtered.passes(packet));
  packet.resize(packetLimit + 1);
  EXPECT_FALSE(filtered.passes(packet));
}

// The rules once more, as they are written down and not as they are carried out.
bool isUdpTo68(const Datagram& packet) {
  const auto at = [&](size_t place) {
    return place < packet.size() ? std::to_integer<unsigned>(packet[place]) : 0x100U;
  };
  const size_t header = size_t{4} * (at(0) & 0xfU);
  const bool isIpv4 = at(0) >= 0x45 && at(0) <= 0x4f;
  const bool isWhole = (at(6) & 0x3fU) == 0 && at(7) == 0;
  return isIpv4 && at(9) == 17 && isWhole && at(header + 2) == 0 && at(header + 3) == 68;
}

TEST(PacketFilter, dropsDamage) {
  const Filtered filtered(dhcp);
  int passed = 0;
  forEachDamaged(bytesOf(toPort68), [&](const Datagram& damaged) {
    if (damaged.empty()) return;
    const bool isWanted = isUdpTo68(damaged);
    EXPECT_EQ(filtered.passes(damaged), isWanted) << hexOf(damaged);
    passed += isWanted ? 1 : 0;
  });
  EXPECT_GT(passed, 0);
}

}  // namespace

}  // namespace netwright::test
