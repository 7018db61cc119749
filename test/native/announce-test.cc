#include "core/announce.h"

#include <net/ethernet.h>

#include "core/link.h"
#include "sniffer.h"
#include "wire.h"

namespace netwright::test {

namespace {

TEST(AnnounceAddress, sendsAGratuitousArpFromTheLinksOwnAddress) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  changeLink(pod.space(), link, propertiesOf({{"mac", "02:00:00:00:00:42"}}));
  Sniffer sniffer(pod.file(), "eth0-far");
  announceAddress(pod.space(), link, "10.1.2.3");
  const Datagram frame = sniffer.next(ETH_P_ARP, "");
  EXPECT_EQ(hexOf(frame),
            "ff ff ff ff ff ff 02 00 00 00 00 42 08 06 "
            "00 01 08 00 06 04 00 01 02 00 00 00 00 42 0a 01 02 03 00 00 00 00 00 00 0a 01 02 03");
}

TEST(AnnounceAddress, sendsANeighbourAdvertisementForIpv6) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  changeLink(pod.space(), link, propertiesOf({{"mac", "02:00:00:00:00:42"}}));
  Sniffer sniffer(pod.file(), "eth0-far");
  announceAddress(pod.space(), link, "fd00::3");
  const Datagram frame = sniffer.next(ETH_P_IPV6, "60 00 00 00 00 20 3a ff fd 00");
  EXPECT_EQ(hexOf(Bytes(frame).first(14)), "33 33 00 00 00 01 02 00 00 00 00 42 86 dd");
  EXPECT_EQ(hexOf(Bytes(frame).subspan(54, 2)), "88 00");
  EXPECT_EQ(hexOf(Bytes(frame).last(8)), "02 01 02 00 00 00 00 42");
}

TEST(AnnounceAddress, refusesWhatItCannotAnnounce) {
  Pod pod;
  EXPECT_EQ(errorOf([&] { announceAddress(pod.space(), 99, "10.1.2.3"); }).error(), ENODEV);
  const SystemError error = errorOf([&] { announceAddress(pod.space(), 1, "10.1.2"); });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_EQ(error.detail(), "it is no IP address");
}

TEST(AnnounceAddress, refusesALinkWithoutAHardwareAddress) {
  Pod pod;
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{linkReply(request, 7)}}; });
  const SystemError error = errorOf([&] { announceAddress(pod.space(), 7, "10.1.2.3"); });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
  EXPECT_EQ(error.object(), "10.1.2.3 on link 7 in " + pod.file().path());
}

}  // namespace

}  // namespace netwright::test
