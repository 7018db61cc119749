#include "core/address.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

Properties ipv4(uint32_t link, const char* address = "10.1.2.3") {
  return propertiesOf({{"link", int64_t{link}}, {"address", address}, {"prefixLength", 24}});
}

Properties ipv6(uint32_t link) {
  return propertiesOf({{"link", int64_t{link}},
                       {"address", "fd00::3"},
                       {"prefixLength", 64},
                       {"skipsDuplicateDetection", true}});
}

std::vector<std::string> linesOfRequest(const std::function<void(Namespace& space)>& call) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  call(space);
  return linesOf(wire.sent().at(0), addressShape);
}

TEST(AddressRequest, addsAnIpv4AddressAsIpDoes) {
  const auto lines = linesOfRequest([](Namespace& space) {
    addAddress(space, propertiesOf({{"link", 2},
                                    {"address", "10.1.2.3"},
                                    {"prefixLength", 24},
                                    {"broadcast", "10.1.2.255"}}));
  });
  EXPECT_EQ(lines, linesOf(fixture("address-add-ipv4"), addressShape));
}

TEST(AddressRequest, addsAnIpv6AddressWithoutDuplicateDetectionAsIpDoes) {
  const auto lines = linesOfRequest([](Namespace& space) { addAddress(space, ipv6(2)); });
  EXPECT_EQ(lines, linesOf(fixture("address-add-ipv6"), addressShape));
}

TEST(AddressRequest, addsAndRemovesAnAddressOfLinkScopeAsIpDoes) {
  const auto address = propertiesOf(
      {{"link", 2}, {"address", "169.254.1.1"}, {"prefixLength", 32}, {"scope", RT_SCOPE_LINK}});
  const auto adding = linesOfRequest([&](Namespace& space) { addAddress(space, address); });
  EXPECT_EQ(adding, linesOf(fixture("address-add-link-scope"), addressShape));
  // To remove one, ip(8) leaves the scope out; the kernel does not look at it.
  const auto removing = linesOfRequest([](Namespace& space) {
    EXPECT_TRUE(removeAddress(
        space, propertiesOf({{"link", 2}, {"address", "169.254.1.1"}, {"prefixLength", 32}})));
  });
  EXPECT_EQ(removing, linesOf(fixture("address-delete"), addressShape));
}

TEST(AddressRequest, namesThePropertyThatIsWrong) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const auto refusal = [&](std::vector<Given> given) {
    return errorOf([&] { addAddress(space, propertiesOf(given)); }).detail();
  };
  EXPECT_EQ(refusal({{"link", 2}}), "property address is no IP address: ");
  EXPECT_EQ(refusal({{"address", "10.1.2.3"}, {"prefixLength", 256}}),
            "property prefixLength is 256, not from 0 to 255");
}

TEST(ListAddresses, readsWhatTheKernelSays) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{answerTo(request, fixture("reply-addresses"))}, {done(request)}};
  });
  EXPECT_EQ(show(listAddresses(space, 0, 0)),
            (std::vector<std::string>{
                "link=2 prefixLength=32 scope=253 address=169.254.1.1 isTentative=no "
                "isDuplicate=no isPermanent=yes",
                "link=2 prefixLength=24 scope=0 address=10.1.2.3 broadcast=10.1.2.255 "
                "isTentative=no isDuplicate=no isPermanent=yes",
                "link=2 prefixLength=64 scope=0 address=fd00::3 isTentative=no isDuplicate=no "
                "isPermanent=yes",
                "link=2 prefixLength=64 scope=253 address=fe80::ff:fe00:2 isTentative=yes "
                "isDuplicate=no isPermanent=yes"}));
}

TEST(ListAddresses, forgetsWhatAnInterruptedReadingHeard) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(interruptedOnce(fixture("reply-addresses")));
  EXPECT_EQ(listAddresses(space, 0, 0).size(), 4);
}

TEST(ListAddresses, leavesOutAddressesOfOtherFamilies) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    MessageWriter message(RTM_NEWADDR, NLM_F_MULTI);
    message.header(ifaddrmsg{});
    message.number<uint8_t>(IFA_LOCAL, 1);
    return {{reply(request, message)}, {done(request)}};
  });
  EXPECT_TRUE(listAddresses(space, 0, 0).empty());
}

TEST(AddAddress, putsAnAddressOnALink) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  addAddress(pod.space(), ipv4(link));
  EXPECT_NE(pod.run("ip -o address show dev eth0").find("inet 10.1.2.3/24"), std::string::npos);
  const auto addresses = listAddresses(pod.space(), link, AF_INET);
  ASSERT_EQ(addresses.size(), 1);
  EXPECT_EQ(
      show(addresses.at(0), {"link", "address", "prefixLength", "scope", "isPermanent"}),
      "link=" + std::to_string(link) + " address=10.1.2.3 prefixLength=24 scope=0 isPermanent=yes");
}

TEST(AddAddress, skipsDuplicateDetectionWhenAsked) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  addAddress(pod.space(), ipv6(link));
  const auto addresses = listAddresses(pod.space(), link, AF_INET6);
  const auto global = std::ranges::find_if(
      addresses, [](const Properties& each) { return each.text("address") == "fd00::3"; });
  ASSERT_NE(global, addresses.end());
  EXPECT_FALSE(global->flag("isTentative"));
}

TEST(AddAddress, refusesTheSameAddressTwice) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  addAddress(pod.space(), ipv4(link));
  const SystemError error = errorOf([&] { addAddress(pod.space(), ipv4(link)); });
  EXPECT_EQ(error.error(), EEXIST);
  EXPECT_EQ(error.operation(), "add address");
  EXPECT_EQ(error.object(),
            "10.1.2.3/24 on link " + std::to_string(link) + " in " + pod.file().path());
}

TEST(AddAddress, needsTheLinkToBeThere) {
  Pod pod;
  EXPECT_EQ(errorOf([&] { addAddress(pod.space(), ipv4(99)); }).error(), ENODEV);
}

TEST(RemoveAddress, tellsWhetherItWasThere) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  addAddress(pod.space(), ipv4(link));
  EXPECT_TRUE(removeAddress(pod.space(), ipv4(link)));
  EXPECT_FALSE(removeAddress(pod.space(), ipv4(link)));
  EXPECT_TRUE(listAddresses(pod.space(), link, AF_INET).empty());
}

TEST(ListAddresses, keepsToALinkAndAFamily) {
  Pod pod;
  const uint32_t one = pod.cable("eth0");
  const uint32_t two = pod.cable("eth1");
  addAddress(pod.space(), ipv4(one));
  addAddress(pod.space(), ipv4(two, "10.1.3.3"));
  addAddress(pod.space(), ipv6(one));
  EXPECT_EQ(listAddresses(pod.space(), 0, AF_INET).size(), 2);
  EXPECT_EQ(listAddresses(pod.space(), two, AF_INET).size(), 1);
  EXPECT_GE(listAddresses(pod.space(), one, AF_UNSPEC).size(), 2);
  for (const Properties& address : listAddresses(pod.space(), one, AF_INET6)) {
    EXPECT_TRUE(address.text("address").find(':') != std::string_view::npos);
    EXPECT_EQ(address.number("link"), one);
  }
}

TEST(ListAddresses, tellsThePeersAddressFromTheLinksOwn) {
  Pod pod;
  const uint32_t link = pod.cable("eth0");
  pod.run("ip address add 10.1.2.3 peer 10.1.2.4/32 dev eth0");
  pod.run("ip address add fd00::3 peer fd00::4/128 dev eth0");
  EXPECT_EQ(listAddresses(pod.space(), link, AF_INET).at(0).text("address"), "10.1.2.3");
  const auto addresses = show(listAddresses(pod.space(), link, AF_INET6));
  EXPECT_NE(addresses.at(0).find("address=fd00::3"), std::string::npos) << addresses.at(0);
}

}  // namespace

}  // namespace netwright::test
