#include "core/route.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "core/address.h"
#include "core/link.h"
#include "lab.h"

namespace netwright::test {

namespace {

// A pod with eth0 up, 10.1.2.3/24 and fd00::3/64 on it.
class RouteTest : public testing::Test {
 protected:
  RouteTest() : link_(pod_.cable("eth0")) {
    for (const auto& [address, length] : {std::pair{"10.1.2.3", 24}, std::pair{"fd00::3", 64}}) {
      addAddress(pod_.space(), propertiesOf({{"link", int64_t{link_}},
                                             {"address", address},
                                             {"prefixLength", length},
                                             {"skipsDuplicateDetection", true}}));
    }
  }

  [[nodiscard]] Pod& pod() { return pod_; }
  [[nodiscard]] Namespace& space() { return pod_.space(); }
  [[nodiscard]] uint32_t link() const { return link_; }

  // The routes to a destination, in every table.
  [[nodiscard]] std::vector<Properties> routesTo(const std::string& destination) {
    const uint8_t family = destination.find(':') == std::string::npos ? AF_INET : AF_INET6;
    std::vector<Properties> found;
    for (Properties& route : listRoutes(space(), {family})) {
      if (route.text("destination") == destination) found.push_back(std::move(route));
    }
    return found;
  }

 private:
  Pod pod_;
  uint32_t link_;
};

TEST_F(RouteTest, isAddedWithEverything) {
  addRoute(space(), propertiesOf({{"destination", "10.20.0.0"},
                                  {"destinationLength", 16},
                                  {"gateway", "10.1.2.1"},
                                  {"table", 1000},
                                  {"priority", 50},
                                  {"mtu", 1400},
                                  {"advmss", 1360},
                                  {"source", "10.1.2.3"}}));
  const auto routes = routesTo("10.20.0.0");
  ASSERT_EQ(routes.size(), 1);
  EXPECT_EQ(show(routes.at(0), {"destinationLength", "gateway", "link", "table", "priority", "mtu",
                                "advmss", "source", "scope", "type", "protocol", "isOnlink"}),
            "destinationLength=16 gateway=10.1.2.1 link=" + std::to_string(link()) +
                " table=1000 priority=50 mtu=1400 advmss=1360 source=10.1.2.3 scope=0 "
                "type=unicast protocol=3 isOnlink=no");
}

TEST_F(RouteTest, isTheDefaultForBothFamilies) {
  addRoute(space(), propertiesOf({{"destination", "0.0.0.0"}, {"gateway", "10.1.2.1"}}));
  addRoute(space(), propertiesOf({{"destination", "::"}, {"gateway", "fd00::1"}}));
  EXPECT_EQ(show(routesTo("0.0.0.0").at(0), {"destinationLength", "gateway", "table"}),
            "destinationLength=0 gateway=10.1.2.1 table=254");
  EXPECT_EQ(show(routesTo("::").at(0), {"destinationLength", "gateway", "table"}),
            "destinationLength=0 gateway=fd00::1 table=254");
}

TEST_F(RouteTest, reachesAGatewayOutsideOfEveryPrefixWhenToldItIsOnTheLink) {
  auto route = propertiesOf({{"destination", "10.30.0.0"},
                             {"destinationLength", 16},
                             {"gateway", "192.0.2.1"},
                             {"link", int64_t{link()}}});
  const SystemError error = errorOf([&] { addRoute(space(), route); });
  EXPECT_EQ(error.error(), ENETUNREACH);
  EXPECT_EQ(error.operation(), "add route");
  EXPECT_EQ(error.object(), "10.30.0.0/16 via 192.0.2.1 on link " + std::to_string(link()) +
                                " in " + pod().file().path());
  EXPECT_EQ(error.detail(), "Nexthop has invalid gateway");
  route.set("isOnlink", true);
  addRoute(space(), route);
  EXPECT_TRUE(routesTo("10.30.0.0").at(0).flag("isOnlink"));
}

TEST_F(RouteTest, passesThroughAGatewayOfTheOtherFamily) {
  addRoute(space(), propertiesOf({{"destination", "10.40.0.0"},
                                  {"destinationLength", 16},
                                  {"gateway", "fd00::1"},
                                  {"link", int64_t{link()}}}));
  EXPECT_EQ(routesTo("10.40.0.0").at(0).text("gateway"), "fd00::1");
}

TEST_F(RouteTest, isRefusedWhenItIsThere) {
  const auto route = propertiesOf(
      {{"destination", "10.20.0.0"}, {"destinationLength", 16}, {"gateway", "10.1.2.1"}});
  addRoute(space(), route);
  EXPECT_EQ(errorOf([&] { addRoute(space(), route); }).error(), EEXIST);
}

TEST_F(RouteTest, standsBesideAnotherToTheSameDestination) {
  for (const char* gateway : {"10.1.2.1", "10.1.2.2"}) {
    addRoute(space(),
             propertiesOf(
                 {{"destination", "10.20.0.0"}, {"destinationLength", 16}, {"gateway", gateway}}));
  }
  EXPECT_EQ(routesTo("10.20.0.0").size(), 2);
}

TEST_F(RouteTest, tellsSeveralNextHops) {
  pod().run(
      "ip route add 10.60.0.0/16 nexthop via 10.1.2.1 weight 2 nexthop via 192.0.2.9 dev eth0-far "
      "onlink");
  const auto route = routesTo("10.60.0.0").at(0);
  EXPECT_FALSE(route.has("gateway"));
  EXPECT_FALSE(route.has("link"));
  const auto showHop = [](const Properties& hop) {
    return show(hop, {"link", "weight", "isOnlink", "gateway"});
  };
  const std::string near = std::to_string(link());
  const std::string far = std::to_string(findLink(space(), "eth0-far")->number("index"));
  const auto hops = std::get<Properties::List>(*route.find("nextHops"));
  ASSERT_EQ(hops.size(), 2);
  EXPECT_EQ(showHop(hops.at(0)), "link=" + near + " weight=2 isOnlink=no gateway=10.1.2.1");
  EXPECT_EQ(showHop(hops.at(1)), "link=" + far + " weight=1 isOnlink=yes gateway=192.0.2.9");
}

TEST_F(RouteTest, growsNextHopsWhenIpv6RoutesShareADestination) {
  for (const char* gateway : {"fd00::1", "fd00::2"}) {
    addRoute(
        space(),
        propertiesOf({{"destination", "fd02::"}, {"destinationLength", 48}, {"gateway", gateway}}));
  }
  const auto routes = routesTo("fd02::");
  ASSERT_EQ(routes.size(), 1);
  EXPECT_EQ(std::get<Properties::List>(*routes.at(0).find("nextHops")).size(), 2);
}

TEST_F(RouteTest, isRemovedOnce) {
  const auto route = propertiesOf({{"destination", "10.20.0.0"}, {"destinationLength", 16}});
  auto added = route;
  added.set("gateway", "10.1.2.1");
  added.set("mtu", int64_t{1400});
  addRoute(space(), added);
  EXPECT_TRUE(removeRoute(space(), route));
  EXPECT_FALSE(removeRoute(space(), route));
  EXPECT_TRUE(routesTo("10.20.0.0").empty());
}

TEST_F(RouteTest, isRemovedFromItsTableOnly) {
  for (const int table : {100, 1000}) {
    addRoute(space(), propertiesOf({{"destination", "10.20.0.0"},
                                    {"destinationLength", 16},
                                    {"gateway", "10.1.2.1"},
                                    {"table", table}}));
  }
  EXPECT_TRUE(removeRoute(
      space(),
      propertiesOf({{"destination", "10.20.0.0"}, {"destinationLength", 16}, {"table", 1000}})));
  EXPECT_EQ(routesTo("10.20.0.0").at(0).number("table"), 100);
}

TEST_F(RouteTest, isListedByTableAndByLink) {
  EXPECT_TRUE(listRoutes(space(), {AF_INET, 1000}).empty()) << "a table nobody has written to";
  addRoute(space(), propertiesOf({{"destination", "10.20.0.0"},
                                  {"destinationLength", 16},
                                  {"gateway", "10.1.2.1"},
                                  {"table", 1000}}));
  EXPECT_EQ(listRoutes(space(), {AF_INET, 1000}).size(), 1);
  EXPECT_EQ(listRoutes(space(), {AF_INET, RT_TABLE_MAIN, link()}).size(), 1);
  EXPECT_TRUE(listRoutes(space(), {AF_INET, RT_TABLE_MAIN, 1}).empty());
  for (const Properties& route : listRoutes(space(), {AF_INET6, 0, link()})) {
    EXPECT_EQ(route.number("link"), link());
  }
}

TEST_F(RouteTest, ofSeveralNextHopsIsListedUnderNoneOfItsLinks) {
  pod().run("ip route add 10.60.0.0/16 nexthop via 10.1.2.1 nexthop via 10.1.2.2");
  for (const Properties& route : listRoutes(space(), {AF_INET, RT_TABLE_MAIN, link()})) {
    EXPECT_NE(route.text("destination"), "10.60.0.0");
  }
}

TEST_F(RouteTest, ofAnUnusualTypeIsNamed) {
  addRoute(space(),
           propertiesOf(
               {{"destination", "10.50.0.0"}, {"destinationLength", 16}, {"type", "blackhole"}}));
  EXPECT_EQ(routesTo("10.50.0.0").at(0).text("type"), "blackhole");
}

}  // namespace

}  // namespace netwright::test
