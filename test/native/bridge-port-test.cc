#include "core/bridge-port.h"

#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

// A pod's cable `eth0` as a port of its bridge `br0`.
BridgePort portIn(Pod& pod) {
  const uint32_t index = pod.cable("eth0");
  pod.run("ip link add br0 type bridge");
  pod.run("ip link set eth0 master br0");
  return {pod.space(), index};
}

TEST(BridgePortRequest, changesAPortAsBridgeDoes) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  changeBridgePort({space, 4}, propertiesOf({{"isHairpin", true}, {"isIsolated", false}}));
  const Shape shape{sizeof(ifinfomsg), {{IFLA_PROTINFO, Shape{}}}};
  EXPECT_EQ(linesOf(wire.sent().at(0), shape), linesOf(fixture("bridge-link-set"), shape));
}

TEST(ChangeBridgePort, overwritesWhatItIsGiven) {
  Pod pod;
  const BridgePort port = portIn(pod);
  changeBridgePort(port, propertiesOf({{"isHairpin", true}}));
  EXPECT_EQ(show(*findLink(pod.space(), "eth0"), {"bridgePort"}),
            "bridgePort={isHairpin=yes isIsolated=no}");
  changeBridgePort(port, propertiesOf({{"isIsolated", true}}));
  EXPECT_EQ(show(*findLink(pod.space(), "eth0"), {"bridgePort"}),
            "bridgePort={isHairpin=yes isIsolated=yes}");
}

TEST(ChangeBridgePort, saysThatALinkIsNoPort) {
  Pod pod;
  const BridgePort port{pod.space(), pod.cable("eth0")};
  const SystemError error = errorOf([&] {
    changeBridgePort(port, propertiesOf({{"isHairpin", true}}));
  });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
  EXPECT_EQ(error.operation(), "change bridge port");
  EXPECT_EQ(error.object(), "eth0 in " + pod.file().path());
  EXPECT_EQ(error.detail(), "the link is no port of a bridge");
}

TEST(ChangeBridgePort, namesThePortThatIsNotThere) {
  Pod pod;
  const SystemError error = errorOf([&] {
    changeBridgePort({pod.space(), 99}, propertiesOf({{"isHairpin", true}}));
  });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.object(), "with index 99 in " + pod.file().path());
}

TEST(ChangeBridgePort, keepsTheKernelsOwnWords) {
  Pod pod;
  const BridgePort port = portIn(pod);
  Wire wire([](Bytes request) -> std::vector<Answer> {
    if (readStructure<nlmsghdr>(request)->nlmsg_type == RTM_GETLINK) {
      return {{answerTo(request, fixture("reply-link-bridge-port"))}};
    }
    return {{acknowledge(request, EPERM)}};
  });
  const SystemError error = errorOf([&] { changeBridgePort(port, {}); });
  EXPECT_EQ(error.error(), EPERM);
  EXPECT_EQ(error.object(), "p0 in " + pod.file().path());
  EXPECT_EQ(error.detail(), "");
}

}  // namespace

}  // namespace netwright::test
