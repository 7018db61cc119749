#include "core/link-message.h"

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "core/link.h"
#include "damage.h"
#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

// Acknowledges everything; whoever asks for a link gets a recorded macvlan.
std::vector<Answer> agreeableKernel(Bytes request) {
  if (readStructure<nlmsghdr>(request)->nlmsg_type != RTM_GETLINK) {
    return {{acknowledge(request, 0)}};
  }
  return {{answerTo(request, fixture("reply-link-macvlan"))}};
}

// The first request of a call.
Datagram requestOf(const std::function<void(Namespace& space)>& call) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(agreeableKernel);
  call(space);
  return wire.sent().at(0);
}

Datagram creationOf(const Properties& spec) {
  return requestOf([&](Namespace& space) { createLink({space}, spec); });
}

TEST(LinkRequest, createsAMacvlanAsIpDoes) {
  const auto request = creationOf(propertiesOf(
      {{"name", "net1"},
       {"kind", "macvlan"},
       {"mac", "02:00:00:00:00:11"},
       {"mtu", 1400},
       {"parent", 2},
       {"macvlan", propertiesOf({{"mode", "bridge"}, {"broadcastQueueLength", 2000}})}}));
  EXPECT_EQ(linesOf(request, linkShape()), linesOf(fixture("link-add-macvlan"), linkShape()));
}

TEST(LinkRequest, createsAnIpvlanAsIpDoes) {
  const auto request =
      creationOf(propertiesOf({{"name", "net1"},
                               {"kind", "ipvlan"},
                               {"mtu", 1400},
                               {"parent", 2},
                               {"ipvlan", propertiesOf({{"mode", "l3s"}, {"flag", "private"}})}}));
  EXPECT_EQ(linesOf(request, linkShape()), linesOf(fixture("link-add-ipvlan"), linkShape()));
}

TEST(LinkRequest, createsAVlanAsIpDoes) {
  const auto request = creationOf(propertiesOf({{"name", "net1"},
                                                {"kind", "vlan"},
                                                {"mtu", 1400},
                                                {"parent", 2},
                                                {"vlan", propertiesOf({{"id", 100}})}}));
  EXPECT_EQ(linesOf(request, linkShape()), linesOf(fixture("link-add-vlan"), linkShape()));
}

TEST(LinkRequest, createsAVethAsIpDoes) {
  const auto peer = propertiesOf({{"name", "two"}, {"mac", "02:00:00:00:00:22"}, {"mtu", 1300}});
  const auto request =
      creationOf(propertiesOf({{"name", "one"}, {"kind", "veth"}, {"mtu", 1400}, {"peer", peer}}));
  EXPECT_EQ(linesOf(request, vethShape()), linesOf(fixture("link-add-veth"), vethShape()));
}

TEST(LinkRequest, createsAVethThatIsAPortAndUpAsIpDoes) {
  const auto request = creationOf(propertiesOf({{"name", "one"},
                                                {"kind", "veth"},
                                                {"mtu", 1400},
                                                {"controller", 2},
                                                {"isUp", true},
                                                {"peer", propertiesOf({{"name", "two"}})}}));
  EXPECT_EQ(linesOf(request, vethShape()), linesOf(fixture("link-add-veth-port"), vethShape()));
}

TEST(LinkRequest, createsABridgeAsIpDoes) {
  const auto bridge = propertiesOf({{"hasVlanFiltering", false},
                                    {"defaultVlan", 0},
                                    {"ageingTime", 0},
                                    {"hasMulticastSnooping", false}});
  const auto request =
      creationOf(propertiesOf({{"name", "br1"}, {"kind", "bridge"}, {"bridge", bridge}}));
  EXPECT_EQ(linesOf(request, linkShape()), linesOf(fixture("link-add-bridge"), linkShape()));
}

TEST(LinkRequest, deletesAsIpDoes) {
  const auto recorded = fixture("link-delete");
  const auto index = static_cast<uint32_t>(
      readStructure<ifinfomsg>(Bytes(recorded).subspan(sizeof(nlmsghdr)))->ifi_index);
  const auto request = requestOf([&](Namespace& space) { EXPECT_TRUE(removeLink(space, index)); });
  EXPECT_EQ(linesOf(request, linkShape()), linesOf(recorded, linkShape()));
}

// ip(8) changes links with RTM_NEWLINK, which would create one that has gone; what we say of the
// link is the same.
TEST(LinkRequest, changesPropertiesAsIpDoes) {
  const auto request = requestOf([](Namespace& space) {
    changeLink(space, 5U,
               propertiesOf({{"name", "net2"},
                             {"mtu", 1350},
                             {"mac", "02:00:00:00:00:12"},
                             {"txQueueLength", 500}}));
  });
  EXPECT_EQ(bodyOf(request, linkShape()), bodyOf(fixture("link-set"), linkShape()));
  EXPECT_EQ(readStructure<nlmsghdr>(request)->nlmsg_type, RTM_SETLINK);
  EXPECT_EQ(readStructure<nlmsghdr>(request)->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
}

TEST(LinkRequest, setsALinkUpAsIpDoes) {
  const auto request = requestOf([](Namespace& space) {
    changeLink(space, 5U, propertiesOf({{"isUp", true}}));
  });
  EXPECT_EQ(bodyOf(request, linkShape()), bodyOf(fixture("link-set-up"), linkShape()));
}

TEST(LinkRequest, makesALinkPromiscuousAsIpDoes) {
  const auto request = requestOf([](Namespace& space) {
    changeLink(space, 2U, propertiesOf({{"isPromiscuous", true}}));
  });
  EXPECT_EQ(bodyOf(request, linkShape()), bodyOf(fixture("link-set-promiscuous"), linkShape()));
}

TEST(LinkRequest, saysEachFlagByItself) {
  const auto request = requestOf([](Namespace& space) {
    changeLink(space, 2U, propertiesOf({{"isPromiscuous", false}, {"isUp", true}}));
  });
  const auto header = readStructure<ifinfomsg>(Bytes(request).subspan(sizeof(nlmsghdr)));
  EXPECT_EQ(header->ifi_flags, IFF_UP);
  EXPECT_EQ(header->ifi_change, IFF_UP | IFF_PROMISC);
}

TEST(LinkRequest, makesALinkAPortAsIpDoes) {
  const auto recorded = fixture("link-set-master");
  const auto index = static_cast<uint32_t>(
      readStructure<ifinfomsg>(Bytes(recorded).subspan(sizeof(nlmsghdr)))->ifi_index);
  const auto request = requestOf([&](Namespace& space) {
    changeLink(space, index, propertiesOf({{"controller", 4}}));
  });
  EXPECT_EQ(bodyOf(request, linkShape()), bodyOf(recorded, linkShape()));
}

TEST(LinkRequest, leavesTheFlagsAloneUnlessAsked) {
  const auto request = requestOf([](Namespace& space) {
    changeLink(space, 5U, propertiesOf({{"mtu", 1400}}));
  });
  const auto header = readStructure<ifinfomsg>(Bytes(request).subspan(sizeof(nlmsghdr)));
  EXPECT_EQ(header->ifi_flags, 0);
  EXPECT_EQ(header->ifi_change, 0);
}

TEST(EncodeLinkKind, refusesKindsItDoesNotKnow) {
  MessageWriter writer(RTM_NEWLINK, 0);
  const SystemError error = errorOf([&] {
    encodeLinkKind(propertiesOf({{"kind", "teleporter"}}), -1, writer, attempt);
  });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_EQ(error.detail(), "unknown kind of link: teleporter");
}

TEST(EncodeLinkKind, tellsWhereThePeerIsBorn) {
  MessageWriter writer(RTM_NEWLINK, 0);
  const auto peer = propertiesOf({{"name", "two"}});
  encodeLinkKind(propertiesOf({{"kind", "veth"}, {"peer", peer}}), 7, writer, attempt);
  const auto lines = bodyOf(writer.finish(0), {0, vethShape().nests});
  EXPECT_EQ(lines.at(1), "18.2.1.28: 07 00 00 00") << "IFLA_NET_NS_FD";
}

Bytes payloadOf(const Datagram& recorded) {
  return Bytes(recorded).subspan(sizeof(nlmsghdr));
}

TEST(DecodeLink, readsWhatTheKernelSaysOfAMacvlan) {
  const auto recorded = fixture("reply-link-macvlan");
  EXPECT_EQ(show(decodeLink(payloadOf(recorded)),
                 {"index", "name", "isUp", "hasCarrier", "isLoopback", "operationalState", "mtu",
                  "maxMtu", "mac", "alias", "txQueueLength", "parent", "kind", "macvlan"}),
            "index=5 name=net2 isUp=yes hasCarrier=yes isLoopback=no operationalState=up mtu=1350 "
            "maxMtu=65535 mac=02:00:00:00:00:12 alias=uplink txQueueLength=500 parent=2 "
            "kind=macvlan macvlan={mode=bridge broadcastQueueLength=2000}");
}

TEST(DecodeLink, readsWhatTheKernelSaysOfABridgePort) {
  const auto recorded = fixture("reply-link-bridge-port");
  EXPECT_EQ(show(decodeLink(payloadOf(recorded)),
                 {"name", "kind", "controller", "promiscuity", "bridgePort"}),
            "name=p0 kind=veth controller=2 promiscuity=1 "
            "bridgePort={isHairpin=yes isIsolated=yes}");
}

// A link with these data of a port of a controller of this kind.
Properties portOf(std::string_view kind, const std::vector<uint16_t>& flags) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.header(ifinfomsg{});
  {
    const MessageWriter::Nest info(writer, IFLA_LINKINFO);
    writer.text(IFLA_INFO_SLAVE_KIND, kind);
    const MessageWriter::Nest data(writer, IFLA_INFO_SLAVE_DATA);
    for (const uint16_t flag : flags) writer.number<uint8_t>(flag, 1);
  }
  return decodeLink(writer.finish(0).subspan(sizeof(nlmsghdr)));
}

TEST(DecodeLink, takesNoPortForIsolatedThatDoesNotSaySo) {
  EXPECT_EQ(show(portOf("bridge", {IFLA_BRPORT_MODE}), {"bridgePort"}),
            "bridgePort={isHairpin=yes isIsolated=no}");
}

TEST(DecodeLink, takesNoPortOfABondForOneOfABridge) {
  EXPECT_FALSE(portOf("bond", {IFLA_BRPORT_MODE}).has("bridgePort"));
}

TEST(DecodeLink, namesKindsWithoutATable) {
  for (const std::string_view kind : {"vxlan", "dummy"}) {
    MessageWriter writer(RTM_NEWLINK, 0);
    writer.header(ifinfomsg{});
    {
      const MessageWriter::Nest info(writer, IFLA_LINKINFO);
      writer.text(IFLA_INFO_KIND, kind);
      const MessageWriter::Nest data(writer, IFLA_INFO_DATA);
      writer.number<uint32_t>(1, 42);
    }
    const Properties link = decodeLink(writer.finish(0).subspan(sizeof(nlmsghdr)));
    EXPECT_EQ(link.text("kind"), kind);
    EXPECT_FALSE(link.has(kind));
  }
}

TEST(DecodeLink, leavesOutALimitThatIsNone) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.header(ifinfomsg{});
  writer.number<uint32_t>(IFLA_MAX_MTU, 0);
  writer.number<uint32_t>(IFLA_MTU, 1500);
  const Properties link = decodeLink(writer.finish(0).subspan(sizeof(nlmsghdr)));
  EXPECT_FALSE(link.has("maxMtu"));
  EXPECT_EQ(link.number("mtu"), 1500);
}

TEST(DecodeLink, knowsNothingOfALinkCutShort) {
  EXPECT_EQ(show(decodeLink(Datagram(sizeof(ifinfomsg) - 1))), "");
}

TEST(DecodeLink, staysInsideDamagedMessages) {
  const auto recorded = fixture("reply-link-macvlan");
  forEachDamaged(Bytes(recorded).subspan(sizeof(nlmsghdr)),
                 [](const Datagram& damaged) { (void)decodeLink(damaged); });
}

}  // namespace

}  // namespace netwright::test
