#include "core/packet-socket.h"

#include <fcntl.h>
#include <net/ethernet.h>
#include <poll.h>

#include "core/announcement-packet.h"
#include "lab.h"

namespace netwright::test {

namespace {

constexpr PacketKind arp{ETHERTYPE_ARP, 0};
const MacBytes mac = parseMac("02:42:ac:11:00:02").value();

Packet arpFor(std::string_view address) {
  return gratuitousArp(mac, parseIp(address).value());
}

uint32_t indexOf(Pod& pod, const std::string& name) {
  return static_cast<uint32_t>(findLink(pod.space(), name).value().number("index"));
}

// What comes next, within five seconds.
ReceivedPacket await(PacketSocket& socket) {
  for (;;) {
    if (auto packet = socket.receive()) return *packet;
    pollfd wanted{socket.descriptor(), POLLIN, 0};
    if (::poll(&wanted, 1, 5000) == 0) throw std::runtime_error("no packet has come");
  }
}

// A cable with a socket at its near end, and what sends from the far one.
struct Cable {
  Pod pod;
  uint32_t near = pod.cable("eth0");
  uint32_t far = indexOf(pod, "eth0-far");
  PacketSocket socket{pod.file(), near, arp};

  void say(std::string_view address) const { sendPacket(pod.file(), far, arpFor(address)); }
};

TEST(SendPacket, namesTheLinkThatIsNotThere) {
  const Pod pod;
  const SystemError error = errorOf([&] { sendPacket(pod.file(), 99, arpFor("10.1.2.3")); });
  EXPECT_EQ(error.error(), ENXIO);
  EXPECT_EQ(error.object(), "on link 99 in /run/netns/" + pod.name());
}

TEST(SendPacket, saysWhenTheLinkIsDown) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  pod.run("ip link set eth0 down");
  EXPECT_EQ(errorOf([&] { sendPacket(pod.file(), link, arpFor("10.1.2.3")); }).error(), ENETDOWN);
}

TEST(PacketSocket, hearsWhoSentWhat) {
  Cable cable;
  cable.say("10.1.2.3");
  const ReceivedPacket packet = await(cable.socket);
  const Properties sender = findLink(cable.pod.space(), "eth0-far").value();
  EXPECT_EQ(formatMac(packet.source), sender.text("mac"));
  EXPECT_EQ(hexOf(packet.payload), hexOf(arpFor("10.1.2.3").payload));
  EXPECT_FALSE(packet.isChecksumPending);
  EXPECT_FALSE(cable.socket.receive());
}

TEST(PacketSocket, doesNotHearItself) {
  Cable cable;
  PacketSocket other(cable.pod.file(), cable.far, arp);
  cable.socket.send(arpFor("10.1.2.3"));
  EXPECT_EQ(hexOf(await(other).payload), hexOf(arpFor("10.1.2.3").payload));
  EXPECT_FALSE(cable.socket.receive());
}

TEST(PacketSocket, doesNotHearWhatIsForAnotherHost) {
  Cable cable;
  cable.pod.run("ip link set eth0 promisc on");
  Packet packet = arpFor("10.1.2.3");
  packet.destination = mac;
  sendPacket(cable.pod.file(), cable.far, packet);
  cable.say("10.1.2.4");
  EXPECT_EQ(hexOf(await(cable.socket).payload), hexOf(arpFor("10.1.2.4").payload));
}

TEST(PacketSocket, isSilentWhileTheLinkIsDownAndHearsAgain) {
  Cable cable;
  cable.pod.run("ip link set eth0 down");
  EXPECT_FALSE(cable.socket.receive());
  EXPECT_EQ(errorOf([&] { cable.socket.send(arpFor("10.1.2.3")); }).error(), ENETDOWN);
  cable.pod.run("ip link set eth0 up");
  cable.pod.awaitReady("eth0-far");
  cable.say("10.1.2.4");
  EXPECT_EQ(hexOf(await(cable.socket).payload), hexOf(arpFor("10.1.2.4").payload));
}

TEST(PacketSocket, sendsOnALinkThatWasDownWhenItWasOpened) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  pod.run("ip link set eth0 down");
  PacketSocket socket(pod.file(), link, arp);
  PacketSocket far(pod.file(), indexOf(pod, "eth0-far"), arp);
  pod.run("ip link set eth0 up");
  pod.awaitReady("eth0");
  socket.send(arpFor("10.1.2.3"));
  EXPECT_EQ(hexOf(await(far).payload), hexOf(arpFor("10.1.2.3").payload));
}

TEST(PacketSocket, isSilentWhenTheLinkIsGone) {
  Cable cable;
  EXPECT_TRUE(removeLink(cable.pod.space(), "eth0"));
  EXPECT_FALSE(cable.socket.receive());
  const SystemError error = errorOf([&] { cable.socket.send(arpFor("10.1.2.3")); });
  EXPECT_EQ(error.error(), ENXIO);
  EXPECT_EQ(error.operation(), "send packet");
  EXPECT_EQ(error.object(),
            "on link " + std::to_string(cable.near) + " in /run/netns/" + cable.pod.name());
}

TEST(PacketSocket, keepsOnlyTheOldestOfAFlood) {
  Cable cable;
  constexpr int sent = 20000;
  PacketSocket far(cable.pod.file(), cable.far, arp);
  for (int i = 0; i < sent; i++) far.send(arpFor("10.1.2.3"));
  (void)await(cable.socket);
  int kept = 1;
  while (cable.socket.receive()) kept++;
  EXPECT_LT(kept, sent / 20);
}

TEST(PacketSocket, tellsWhetherTheSenderHasLeftOutTheChecksum) {
  Pod pod;
  const uint32_t near = pod.cable("eth0");
  Pod other;
  pod.run("ip link set eth0-far netns " + other.name());
  other.run("ip link set eth0-far address 02:00:00:00:00:09 up");
  other.run("ip address add 10.1.2.1/24 dev eth0-far");
  other.run("ip neighbour add 10.1.2.9 lladdr ff:ff:ff:ff:ff:ff dev eth0-far");
  PacketSocket socket(pod.file(), near, {ETHERTYPE_IP, 68});
  other.awaitReady("eth0-far");
  // A veth has no hardware, but the sender relies on it.
  other.run("bash -c 'echo hello >/dev/udp/10.1.2.9/68'");
  EXPECT_TRUE(await(socket).isChecksumPending);
}

TEST(PacketSocket, namesTheLinkThatIsNotThere) {
  const Pod pod;
  const SystemError error = errorOf([&] { PacketSocket(pod.file(), 99, arp); });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.operation(), "open packet socket");
  EXPECT_EQ(error.object(), "on link 99 in /run/netns/" + pod.name());
}

TEST(PacketSocket, refusesALinkWithoutEthernetAddresses) {
  Pod pod;
  pod.run("ip tuntap add dev tun0 mode tun");
  const SystemError error = errorOf([&] { PacketSocket(pod.file(), indexOf(pod, "tun0"), arp); });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
}

TEST(PacketSocket, leavesNoDescriptorBehindAndNoneToOtherPrograms) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  const size_t before = openDescriptors();
  (void)errorOf([&] { PacketSocket(pod.file(), 99, arp); });
  EXPECT_EQ(openDescriptors(), before);
  const PacketSocket socket(pod.file(), link, arp);
  EXPECT_EQ(::fcntl(socket.descriptor(), F_GETFD), FD_CLOEXEC);
}

}  // namespace

}  // namespace netwright::test
