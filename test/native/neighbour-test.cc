#include "core/neighbour.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

Properties neighbour(uint32_t link, const char* address = "10.1.2.1") {
  return propertiesOf(
      {{"link", int64_t{link}}, {"address", address}, {"mac", "02:00:00:00:00:99"}});
}

std::vector<std::string> linesOfRequest(const std::function<void(Namespace& space)>& call) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  call(space);
  return linesOf(wire.sent().at(0), neighbourShape);
}

TEST(NeighbourRequest, setsAPermanentNeighbourAsIpDoes) {
  const auto lines = linesOfRequest([](Namespace& space) { setNeighbour(space, neighbour(2)); });
  EXPECT_EQ(lines, linesOf(fixture("neighbour-replace"), neighbourShape));
}

TEST(NeighbourRequest, setsAReachableIpv6NeighbourAsIpDoes) {
  auto reachable = neighbour(2, "fd00::1");
  reachable.set("state", "reachable");
  const auto lines = linesOfRequest([&](Namespace& space) { setNeighbour(space, reachable); });
  EXPECT_EQ(lines, linesOf(fixture("neighbour-replace-ipv6"), neighbourShape));
}

TEST(NeighbourRequest, removesANeighbourAsIpDoes) {
  const auto lines = linesOfRequest([](Namespace& space) {
    EXPECT_TRUE(removeNeighbour(space, propertiesOf({{"link", 2}, {"address", "10.1.2.1"}})));
  });
  EXPECT_EQ(lines, linesOf(fixture("neighbour-delete"), neighbourShape));
}

TEST(NeighbourRequest, namesThePropertyThatIsWrong) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  auto asleep = neighbour(2);
  asleep.set("state", "asleep");
  EXPECT_EQ(errorOf([&] { setNeighbour(space, asleep); }).detail(),
            "property state has no value asleep");
  EXPECT_EQ(errorOf([&] {
              setNeighbour(space, propertiesOf({{"link", 2}}));
            }).detail(),
            "property address is no IP address: ");
}

TEST(ListNeighbours, readsWhatTheKernelSays) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{answerTo(request, fixture("reply-neighbours"))}, {done(request)}};
  });
  EXPECT_EQ(
      show(listNeighbours(space, 0, 0)),
      (std::vector<std::string>{"link=2 state=permanent address=10.1.2.1 mac=02:00:00:00:00:99",
                                "link=2 state=noarp address=ff02::16 mac=33:33:00:00:00:16",
                                "link=2 state=noarp address=ff02::1:ff00:2 mac=33:33:ff:00:00:02",
                                "link=2 state=reachable address=fd00::1 mac=02:00:00:00:00:99"}));
}

TEST(ListNeighbours, forgetsWhatAnInterruptedReadingHeard) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(interruptedOnce(fixture("reply-neighbours")));
  EXPECT_EQ(listNeighbours(space, 0, 0).size(), 4);
}

TEST(SetNeighbour, addsOneAndReplacesIt) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  setNeighbour(pod.space(), neighbour(link));
  EXPECT_NE(pod.run("ip neighbour show 10.1.2.1").find("lladdr 02:00:00:00:00:99 PERMANENT"),
            std::string::npos);
  auto other = propertiesOf({{"link", int64_t{link}},
                             {"address", "10.1.2.1"},
                             {"mac", "02:00:00:00:00:98"},
                             {"state", "stale"}});
  setNeighbour(pod.space(), other);
  EXPECT_EQ(show(listNeighbours(pod.space(), link, AF_INET)),
            std::vector<std::string>{"link=" + std::to_string(link) +
                                     " state=stale address=10.1.2.1 mac=02:00:00:00:00:98"});
}

TEST(SetNeighbour, namesTheLinkThatIsNotThere) {
  Pod pod;
  const SystemError error = errorOf([&] { setNeighbour(pod.space(), neighbour(99)); });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.object(), "10.1.2.1 on link 99 in " + pod.file().path());
}

TEST(RemoveNeighbour, tellsWhetherItWasThere) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  setNeighbour(pod.space(), neighbour(link));
  EXPECT_TRUE(removeNeighbour(pod.space(), neighbour(link)));
  EXPECT_FALSE(removeNeighbour(pod.space(), neighbour(link)));
}

TEST(ListNeighbours, keepsToALinkAndAFamily) {
  Pod pod;
  const uint32_t one = pod.cable("eth0");
  const uint32_t two = pod.cable("eth1");
  setNeighbour(pod.space(), neighbour(one));
  setNeighbour(pod.space(), neighbour(two));
  setNeighbour(pod.space(), neighbour(two, "fd00::1"));
  EXPECT_EQ(listNeighbours(pod.space(), 0, AF_INET).size(), 2);
  EXPECT_EQ(listNeighbours(pod.space(), two, AF_INET).size(), 1);
  for (const Properties& each : listNeighbours(pod.space(), two, AF_UNSPEC)) {
    EXPECT_EQ(each.number("link"), two);
  }
}

TEST(ListNeighbours, leavesOutWhatABridgeForwards) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    MessageWriter message(RTM_NEWNEIGH, NLM_F_MULTI);
    ndmsg header{};
    header.ndm_family = AF_BRIDGE;
    message.header(header);
    message.bytes(NDA_LLADDR, bytesOf("02 00 00 00 00 77"));
    return {{reply(request, message)}, {done(request)}};
  });
  EXPECT_TRUE(listNeighbours(space, 0, 0).empty());
}

}  // namespace

}  // namespace netwright::test
