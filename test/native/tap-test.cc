#include "core/tap.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sniffer.h"

namespace netwright::test {

namespace {

Properties tap(std::vector<Given> properties, std::vector<Given> data = {}) {
  Properties spec = propertiesOf(std::move(properties));
  spec.set("kind", std::string("tap"));
  spec.set("tap", propertiesOf(std::move(data)));
  return spec;
}

// A tap as the program that uses it has it.
class OpenTap {
 public:
  OpenTap(const NamespaceFile& space, const std::string& name, int flags) {
    const NamespaceScope scope(space);
    fd_ = Fd(check(::open("/dev/net/tun", O_RDWR | O_CLOEXEC), attempt));
    ifreq request{};
    (void)name.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_flags = static_cast<short>(flags);
    (void)check(::ioctl(fd_.get(), TUNSETIFF, &request), attempt);
  }

  void give(const Datagram& frame) const {
    (void)check(::write(fd_.get(), frame.data(), frame.size()), attempt);
  }

  // The next frame of an Ethernet type; fails the test after five seconds.
  [[nodiscard]] Datagram take(std::string_view type) const {
    constexpr int deadlineMs = 5000;
    for (;;) {
      pollfd readable{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&readable, 1, deadlineMs) != 1) throw std::runtime_error("no frame came");
      Datagram frame(ETH_FRAME_LEN);
      frame.resize(
          static_cast<size_t>(check(::read(fd_.get(), frame.data(), frame.size()), attempt)));
      if (hexOf(Bytes(frame).subspan(size_t{2} * ETH_ALEN, 2)) == type) return frame;
    }
  }

 private:
  Fd fd_;
};

TEST(CreateTap, makesOneThatStaysForTheUsersThatItIsToldOf) {
  Pod pod;
  const auto spec = tap({{"name", "tap0"}, {"mtu", 1400}, {"mac", "02:00:00:00:00:11"}},
                        {{"owner", 107}, {"group", 36}, {"isMultiQueue", true}});
  const size_t before = openDescriptors();
  createTap(pod.space(), spec);
  // The socket of the namespace was opened on the way.
  EXPECT_EQ(openDescriptors(), before + 1);
  const Properties link = findLink(pod.space(), "tap0").value();
  EXPECT_EQ(show(link, {"name", "kind", "isUp", "hasCarrier", "mtu", "mac"}),
            "name=tap0 kind=tun isUp=no hasCarrier=no mtu=1400 mac=02:00:00:00:00:11");
  EXPECT_EQ(show(*link.nested("tun"), {"type", "isPersistent", "isMultiQueue", "owner", "group"}),
            "type=tap isPersistent=yes isMultiQueue=yes owner=107 group=36");
}

TEST(CreateTap, isWhatCreateLinkDoesForATap) {
  Pod pod;
  const Properties link = newLink({pod.space()}, tap({{"name", "tap0"}}));
  EXPECT_EQ(show(*link.nested("tun"), {"type", "isPersistent", "isMultiQueue", "owner", "group"}),
            "type=tap isPersistent=yes isMultiQueue=no");
}

TEST(CreateTap, refusesATakenNameWithoutTouchingWhatHasIt) {
  Pod pod;
  pod.run("ip tuntap add dev tap0 mode tap multi_queue");
  pod.run("ip link add br0 type bridge");
  for (const std::string name : {"tap0", "br0"}) {
    const auto before = show(*findLink(pod.space(), name));
    const auto spec = tap({{"name", name}, {"mtu", 1400}}, {{"owner", 7}, {"isMultiQueue", true}});
    const SystemError error = errorOf([&] { createTap(pod.space(), spec); });
    EXPECT_EQ(error.what(), "create link " + name + " (tap) in " + pod.file().path() +
                                ": EEXIST file exists — the name is taken");
    EXPECT_EQ(show(*findLink(pod.space(), name)), before);
  }
}

struct Refused {
  std::vector<Given> properties;
  std::vector<Given> data;
  int error;
  std::string_view detail;
};

TEST(CreateTap, leavesNothingOfOneThatIsRefused) {
  Pod pod;
  const std::string home = ownNamespace();
  const auto nobody = int64_t{0xffffffff};
  const Refused table[] = {
      {{{"name", "tap0"}, {"mtu", 70000}}, {}, EINVAL, "mtu greater than device maximum"},
      {{{"name", "tap0"}, {"mac", "01:00:00:00:00:00"}}, {}, EADDRNOTAVAIL, ""},
      {{{"name", "tap0"}, {"controller", 999}}, {}, EINVAL, ""},
      {{{"name", "tap0"}}, {{"owner", nobody}}, EINVAL, "its owner 4294967295"},
      {{{"name", "tap0"}}, {{"group", nobody}}, EINVAL, "its group 4294967295"},
      {{{"name", "tap%d"}}, {}, EINVAL, "property name is no name of a link: tap%d"},
      {{{"name", ""}}, {}, EINVAL, "property name is no name of a link: "},
  };
  (void)findLink(pod.space(), "lo");
  const size_t before = openDescriptors();
  for (const Refused& refused : table) {
    const SystemError error =
        errorOf([&] { createTap(pod.space(), tap(refused.properties, refused.data)); });
    EXPECT_EQ(error.error(), refused.error) << error.what();
    EXPECT_EQ(error.detail(), refused.detail);
    EXPECT_EQ(listLinks(pod.space()).size(), 1U) << error.what();
  }
  EXPECT_EQ(openDescriptors(), before);
  EXPECT_EQ(ownNamespace(), home);
}

TEST(CreateTap, leavesItToItsProgramsWhatGoesInFrontOfFrames) {
  Pod pod;
  createTap(pod.space(), tap({{"name", "tap0"}, {"mac", "02:00:00:00:00:11"}, {"isUp", true}}));
  pod.run("ip address add 10.1.2.3/24 dev tap0");
  // Who has 10.1.2.3? Tell 10.1.2.4.
  const Datagram question = bytesOf(
      "ff ff ff ff ff ff 02 00 00 00 00 22 08 06 00 01 08 00 06 04 00 01 "
      "02 00 00 00 00 22 0a 01 02 04 00 00 00 00 00 00 0a 01 02 03");
  {
    const OpenTap program(pod.file(), "tap0", IFF_TAP | IFF_NO_PI);
    pod.awaitReady("tap0");
    program.give(question);
    EXPECT_EQ(hexOf(program.take("08 06")),
              "02 00 00 00 00 22 02 00 00 00 00 11 08 06 00 01 08 00 06 04 00 02 "
              "02 00 00 00 00 11 0a 01 02 03 02 00 00 00 00 22 0a 01 02 04");
  }
  // As a hypervisor has it: ten bytes of struct virtio_net_hdr in front.
  const OpenTap hypervisor(pod.file(), "tap0", IFF_TAP | IFF_NO_PI | IFF_VNET_HDR);
  Sniffer sniffer(pod.file(), "tap0");
  Datagram headed(10);
  headed.insert(headed.end(), question.begin(), question.end());
  hypervisor.give(headed);
  EXPECT_EQ(hexOf(sniffer.next(ETH_P_ARP, "")), hexOf(question));
}

}  // namespace

}  // namespace netwright::test
