#include "core/route-message.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "core/route.h"
#include "damage.h"
#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

using Call = std::function<void(Namespace& space)>;

std::vector<std::string> linesOfRequest(const Call& call) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  call(space);
  return linesOf(wire.sent().at(0), routeShape());
}

std::vector<std::string> linesOfAdding(std::vector<Given> given) {
  return linesOfRequest([&](Namespace& space) { addRoute(space, propertiesOf(given)); });
}

std::vector<std::string> linesOfRemoving(std::vector<Given> given) {
  return linesOfRequest(
      [&](Namespace& space) { EXPECT_TRUE(removeRoute(space, propertiesOf(given))); });
}

std::vector<std::string> recorded(const std::string& name) {
  return linesOf(fixture(name), routeShape());
}

TEST(RouteRequest, addsARouteWithEverythingAsIpDoes) {
  EXPECT_EQ(linesOfAdding({{"destination", "10.20.0.0"},
                           {"destinationLength", 16},
                           {"gateway", "10.1.2.1"},
                           {"link", 2},
                           {"table", 1000},
                           {"priority", 50},
                           {"mtu", 1400},
                           {"advmss", 1360},
                           {"source", "10.1.2.3"}}),
            recorded("route-prepend-ipv4"));
}

TEST(RouteRequest, addsADefaultRouteToAGatewayOnTheLinkAsIpDoes) {
  EXPECT_EQ(
      linesOfAdding(
          {{"destination", "0.0.0.0"}, {"gateway", "192.0.2.1"}, {"link", 2}, {"isOnlink", true}}),
      recorded("route-prepend-onlink"));
}

TEST(RouteRequest, addsARouteOfLinkScopeAsIpDoes) {
  EXPECT_EQ(linesOfAdding({{"destination", "10.30.0.0"},
                           {"destinationLength", 16},
                           {"link", 2},
                           {"scope", RT_SCOPE_LINK}}),
            recorded("route-prepend-link-scope"));
}

TEST(RouteRequest, addsAnIpv6RouteAsIpDoes) {
  EXPECT_EQ(linesOfAdding({{"destination", "fd01::"},
                           {"destinationLength", 48},
                           {"gateway", "fd00::1"},
                           {"link", 2},
                           {"priority", 100}}),
            recorded("route-prepend-ipv6"));
}

TEST(RouteRequest, addsAnIpv4RouteThroughAnIpv6GatewayAsIpDoes) {
  EXPECT_EQ(linesOfAdding({{"destination", "10.40.0.0"},
                           {"destinationLength", 16},
                           {"gateway", "fd00::1"},
                           {"link", 2}}),
            recorded("route-prepend-via"));
}

TEST(RouteRequest, addsABlackholeAsIpDoes) {
  EXPECT_EQ(linesOfAdding(
                {{"destination", "10.50.0.0"}, {"destinationLength", 16}, {"type", "blackhole"}}),
            recorded("route-prepend-blackhole"));
}

TEST(RouteRequest, removesARouteAsIpDoes) {
  EXPECT_EQ(
      linesOfRemoving({{"destination", "10.20.0.0"}, {"destinationLength", 16}, {"table", 1000}}),
      recorded("route-delete"));
  EXPECT_EQ(linesOfRemoving({{"destination", "fd01::"}, {"destinationLength", 48}}),
            recorded("route-delete-ipv6"));
}

TEST(EncodeRoute, refusesWhatItCannotSay) {
  const auto refusal = [](std::vector<Given> given) {
    MessageWriter writer(RTM_NEWROUTE, 0);
    return errorOf([&] { encodeRoute(propertiesOf(given), RouteRequest::add, writer, attempt); })
        .detail();
  };
  EXPECT_EQ(refusal({{"gateway", "10.1.2.1"}}), "property destination is no IP address: ");
  EXPECT_EQ(refusal({{"destination", "10.0.0.0"}, {"gateway", "router"}}),
            "property gateway is no IP address: router");
  EXPECT_EQ(refusal({{"destination", "10.0.0.0"}, {"type", "detour"}}),
            "property type has no value detour");
  EXPECT_EQ(refusal({{"destination", "10.0.0.0"}, {"destinationLength", 256}}),
            "property destinationLength is 256, not from 0 to 255");
}

std::vector<std::string> decoded(const Datagram& messages) {
  std::vector<std::string> routes;
  MessageReader reader(messages);
  while (const auto message = reader.next()) {
    const auto route = decodeRoute(message->payload);
    routes.push_back(route ? show(*route) : "none");
  }
  return routes;
}

TEST(DecodeRoute, readsWhatTheKernelSaysOfIpv4Routes) {
  const auto routes = decoded(fixture("reply-routes-ipv4"));
  const std::string common = " protocol=3 type=unicast isOnlink=no table=254 destination=10.";
  ASSERT_EQ(routes.size(), 5);
  EXPECT_EQ(routes.at(0),
            "destinationLength=0 scope=0 protocol=3 type=unicast isOnlink=yes table=254 "
            "gateway=192.0.2.1 link=2 destination=0.0.0.0");
  EXPECT_EQ(routes.at(1), "destinationLength=16 scope=253" + common + "30.0.0 link=2");
  EXPECT_EQ(routes.at(2),
            "destinationLength=16 scope=0" + common + "40.0.0 gateway=fd00::1 link=2");
  EXPECT_EQ(routes.at(3),
            "destinationLength=16 scope=0 protocol=3 type=blackhole isOnlink=no table=254 "
            "destination=10.50.0.0");
  EXPECT_EQ(routes.at(4), "destinationLength=16 scope=0" + common +
                              "60.0.0 nextHops=[link=2 weight=2 isOnlink=no gateway=10.1.2.1]"
                              "[link=3 weight=1 isOnlink=yes gateway=192.0.2.9]");
}

TEST(ListRoutes, forgetsWhatAnInterruptedReadingHeard) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(interruptedOnce(fixture("reply-routes-ipv4")));
  EXPECT_EQ(listRoutes(space, {AF_INET}).size(), 5);
}

TEST(DecodeRoute, readsWhatTheKernelSaysOfIpv6Routes) {
  const auto routes = decoded(fixture("reply-routes-ipv6"));
  const std::string common =
      "destinationLength=48 scope=0 protocol=3 type=unicast isOnlink=no table=254 destination=";
  ASSERT_EQ(routes.size(), 2);
  EXPECT_EQ(routes.at(0), common + "fd01:: priority=100 gateway=fd00::1 link=2");
  EXPECT_EQ(routes.at(1),
            common +
                "fd02:: priority=1024 nextHops=[link=2 weight=1 isOnlink=no gateway=fd00::1]"
                "[link=2 weight=3 isOnlink=no gateway=fd00::2]");
}

rtmsg unicast() {
  rtmsg header{};
  header.rtm_family = AF_INET;
  header.rtm_type = RTN_UNICAST;
  return header;
}

TEST(DecodeRoute, passesOverWhatIsNoRouteInATable) {
  const auto isRoute = [](const rtmsg& header) {
    return decodeRoute(std::as_bytes(std::span(&header, 1))).has_value();
  };
  EXPECT_TRUE(isRoute(unicast()));
  rtmsg cached = unicast();
  cached.rtm_flags = RTM_F_CLONED;
  EXPECT_FALSE(isRoute(cached));
  rtmsg ofLabels = unicast();
  ofLabels.rtm_family = AF_MPLS;
  EXPECT_FALSE(isRoute(ofLabels));
  rtmsg ofNoType = unicast();
  ofNoType.rtm_type = RTN_XRESOLVE;
  EXPECT_FALSE(isRoute(ofNoType));
  EXPECT_FALSE(decodeRoute(Datagram(sizeof(rtmsg) - 1)));
}

TEST(DecodeRoute, readsNextHopsOnlyAsFarAsTheyGo) {
  const auto hops = [](std::string_view hex) {
    MessageWriter writer(RTM_NEWROUTE, 0);
    writer.header(unicast());
    writer.bytes(RTA_MULTIPATH, bytesOf(hex));
    const auto route = decodeRoute(writer.finish(0).subspan(sizeof(nlmsghdr)));
    return std::get<Properties::List>(*route->find("nextHops")).size();
  };
  EXPECT_EQ(hops("08 00 00 00 02 00 00 00  08 00 00 00 03 00 00 00"), 2);
  EXPECT_EQ(hops("08 00 00 00 02 00 00 00  09 00 00 00 03 00 00 00"), 1) << "too long";
  EXPECT_EQ(hops("08 00 00 00 02 00 00 00  07 00 00 00 03 00 00 00"), 1) << "too short";
  EXPECT_EQ(hops("00 00 00 00 02 00 00 00"), 0) << "without end";
  EXPECT_EQ(hops("08 00 00 00 02 00"), 0);
}

TEST(DecodeRoute, staysInsideDamagedMessages) {
  forEachDamaged(fixture("reply-routes-ipv4"),
                 [](const Datagram& damaged) { (void)decoded(damaged); });
}

}  // namespace

}  // namespace netwright::test
