#include "core/bridge-vlan.h"

#include <linux/if_bridge.h>

#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

const Shape vlanShape{sizeof(ifinfomsg), {{IFLA_AF_SPEC, Shape{}}}};

Properties vlan(int id, bool isPortDefault = false, bool isUntagged = false) {
  return propertiesOf({{"id", id}, {"isPortDefault", isPortDefault}, {"isUntagged", isUntagged}});
}

std::vector<Properties> vlans(int first, int last, int step = 1) {
  std::vector<Properties> list;
  for (int id = first; id <= last; id += step) list.push_back(vlan(id));
  return list;
}

std::vector<uint32_t> ids(uint32_t first, uint32_t last) {
  std::vector<uint32_t> list;
  for (uint32_t id = first; id <= last; id++) list.push_back(id);
  return list;
}

// Answers a question for a link with a recorded port, and everything else with `error`.
Wire::Kernel answering(int error) {
  return [error](Bytes request) -> std::vector<Answer> {
    const auto header = readStructure<nlmsghdr>(request);
    if (header->nlmsg_type != RTM_GETLINK) return {{acknowledge(request, error)}};
    if ((header->nlmsg_flags & NLM_F_DUMP) == 0) {
      return {{answerTo(request, fixture("reply-link-bridge-port"))}};
    }
    return {{answerTo(request, fixture("reply-bridge-vlans"))}, {done(request)}};
  };
}

std::vector<Datagram> requestsOf(const std::function<void(const BridgePort& port)>& call) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(answering(0));
  call({space, 4});
  return wire.sent();
}

std::vector<std::string> linesOfRequest(const std::function<void(const BridgePort& port)>& call) {
  return linesOf(requestsOf(call).back(), vlanShape);
}

TEST(BridgeVlanRequest, addsAVlanAsBridgeDoes) {
  const auto lines =
      linesOfRequest([](const BridgePort& port) { addBridgeVlans(port, {vlan(7, true, true)}); });
  EXPECT_EQ(lines, linesOf(fixture("bridge-vlan-add"), vlanShape));
}

TEST(BridgeVlanRequest, addsNeighboursAsOneRangeAsBridgeDoes) {
  const auto lines =
      linesOfRequest([](const BridgePort& port) { addBridgeVlans(port, vlans(10, 19)); });
  EXPECT_EQ(lines, linesOf(fixture("bridge-vlan-add-range"), vlanShape));
}

TEST(BridgeVlanRequest, removesAVlanAsBridgeDoes) {
  const auto lines = linesOfRequest([](const BridgePort& port) { removeBridgeVlans(port, {7}); });
  EXPECT_EQ(lines, linesOf(fixture("bridge-vlan-delete"), vlanShape));
}

TEST(BridgeVlanRequest, removesNeighboursAsOneRangeAsBridgeDoes) {
  const auto lines =
      linesOfRequest([](const BridgePort& port) { removeBridgeVlans(port, ids(10, 19)); });
  EXPECT_EQ(lines, linesOf(fixture("bridge-vlan-delete-range"), vlanShape));
}

TEST(BridgeVlanRequest, asksForVlansAsBridgeDoes) {
  const auto lines = linesOfRequest([](const BridgePort& port) { (void)listBridgeVlans(port); });
  EXPECT_EQ(lines, linesOf(fixture("bridge-vlan-show"), vlanShape));
}

// The attributes IFLA_BRIDGE_VLAN_INFO of a request.
std::vector<std::string> entriesOf(const Datagram& request) {
  std::vector<std::string> lines = linesOf(request, vlanShape);
  std::erase_if(lines, [](const std::string& line) { return !line.starts_with("26.2: "); });
  return lines;
}

TEST(BridgeVlanRequest, saysAWholeTrunkInOneMessage) {
  const auto sent =
      requestsOf([](const BridgePort& port) { addBridgeVlans(port, vlans(1, 4094)); });
  ASSERT_EQ(sent.size(), 1);
  EXPECT_EQ(entriesOf(sent.at(0)),
            (std::vector<std::string>{"26.2: 08 00 01 00", "26.2: 10 00 fe 0f"}));
}

TEST(BridgeVlanRequest, saysATrunkFullOfHolesInSeveralMessages) {
  const auto sent =
      requestsOf([](const BridgePort& port) { addBridgeVlans(port, vlans(1, 4094, 2)); });
  ASSERT_EQ(sent.size(), 9) << "2047 VLANs, 250 in each message";
  size_t count = 0;
  for (const Datagram& request : sent) count += entriesOf(request).size();
  EXPECT_EQ(count, 2047);
}

// Pairs of numbers take twice the place.
TEST(BridgeVlanRequest, saysAsManyRangesAsThereCanBe) {
  std::vector<Properties> trunk;
  for (int id = 1; id < 4094; id++) {
    if (id % 3 != 0) trunk.push_back(vlan(id));
  }
  const auto sent = requestsOf([&](const BridgePort& port) { addBridgeVlans(port, trunk); });
  ASSERT_EQ(sent.size(), 6) << "1365 ranges";
}

TEST(BridgeVlanRequest, stopsAtTheFirstRefusal) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(answering(EINVAL));
  const SystemError error = errorOf([&] { addBridgeVlans({space, 4}, vlans(1, 4094, 2)); });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_EQ(wire.sent().size(), 2) << "the request, and the question for the port's name";
}

TEST(BridgeVlanRequest, asksTheKernelNothingForNothing) {
  EXPECT_TRUE(requestsOf([](const BridgePort& port) {
                addBridgeVlans(port, {});
                removeBridgeVlans(port, {});
              }).empty());
}

TEST(ListBridgeVlans, readsWhatTheKernelSaysOfThePort) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(answering(0));
  std::vector<std::string> expected{
      "id=1 isPortDefault=no isUntagged=yes",
      "id=7 isPortDefault=yes isUntagged=yes",
  };
  for (int id = 10; id < 20; id++) expected.push_back(show(vlan(id)));
  expected.push_back(show(vlan(21)));
  for (int id = 30; id < 32; id++) expected.push_back(show(vlan(id, false, true)));
  EXPECT_EQ(show(listBridgeVlans({space, 4})), expected);
}

TEST(ListBridgeVlans, forgetsAListThatWasInterrupted) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  int readings = 0;
  const Wire wire([&](Bytes request) -> std::vector<Answer> {
    const auto header = readStructure<nlmsghdr>(request);
    if ((header->nlmsg_flags & NLM_F_DUMP) == 0) return answering(0)(request);
    if (readings++ > 0) return {{done(request)}};
    return {{answerTo(request, fixture("reply-bridge-vlans"))}, {done(request, NLM_F_DUMP_INTR)}};
  });
  EXPECT_TRUE(listBridgeVlans({space, 4}).empty());
  EXPECT_EQ(readings, 2);
}

TEST(ListBridgeVlans, findsNoneOnALinkThatIsNoPort) {
  Pod pod;
  EXPECT_TRUE(listBridgeVlans({pod.space(), pod.cable("eth0")}).empty());
}

TEST(ListBridgeVlans, namesThePortThatIsNotThere) {
  Pod pod;
  const SystemError error = errorOf([&] { (void)listBridgeVlans({pod.space(), 99}); });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.operation(), "list VLANs of bridge port");
  EXPECT_EQ(error.object(), "with index 99 in " + pod.file().path());
}

TEST(AddBridgeVlans, saysThatALinkIsNoPort) {
  Pod pod;
  const BridgePort port{pod.space(), pod.cable("eth0")};
  const SystemError error = errorOf([&] { addBridgeVlans(port, {vlan(7)}); });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
  EXPECT_EQ(error.object(), "eth0 in " + pod.file().path());
  EXPECT_EQ(error.detail(), "the link is no port of a bridge");
}

TEST(AddBridgeVlans, saysWhatTheKernelLacks) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(answering(EOPNOTSUPP));
  const SystemError error = errorOf([&] { addBridgeVlans({space, 4}, {vlan(7)}); });
  EXPECT_EQ(error.operation(), "add VLANs to bridge port");
  EXPECT_EQ(error.detail(), "the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)");
}

TEST(CreateLink, saysThatTheKernelHasNoVlansWhenABridgeShallFilterThem) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(
      [](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, EOPNOTSUPP)}}; });
  const auto detailFor = [&](const Properties& bridge) {
    const auto spec = propertiesOf({{"name", "br1"}, {"kind", "bridge"}, {"bridge", bridge}});
    return errorOf([&] { createLink({space}, spec); }).detail();
  };
  EXPECT_EQ(detailFor(propertiesOf({{"hasVlanFiltering", true}})),
            "the kernel has no VLANs on bridges (CONFIG_BRIDGE_VLAN_FILTERING)");
  EXPECT_EQ(detailFor(propertiesOf({{"ageingTime", 0}})), "");
}

TEST(RemoveBridgeVlans, namesThePortThatIsNotThere) {
  Pod pod;
  const SystemError error = errorOf([&] { removeBridgeVlans({pod.space(), 99}, {7}); });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.operation(), "remove VLANs from bridge port");
}

TEST(BridgeVlans, refuseWhatIsNoVlan) {
  Pod pod;
  const BridgePort port{pod.space(), pod.cable("eth0")};
  for (const int id : {0, 4095, 65536}) {
    const std::string detail = "property id is " + std::to_string(id) + ", not from 1 to 4094";
    const SystemError added = errorOf([&] { addBridgeVlans(port, {vlan(id)}); });
    EXPECT_EQ(added.error(), ERANGE);
    EXPECT_EQ(added.detail(), detail);
    const auto remove = [&] { removeBridgeVlans(port, {static_cast<uint32_t>(id)}); };
    EXPECT_EQ(errorOf(remove).detail(), detail);
  }
}

}  // namespace

}  // namespace netwright::test
