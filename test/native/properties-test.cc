#include "core/properties.h"

#include "lab.h"

namespace netwright::test {

namespace {

TEST(Properties, keepTheOrderTheyWereSetIn) {
  const auto properties = propertiesOf({{"name", "eth0"}, {"mtu", 1500}, {"isUp", true}});
  EXPECT_EQ(show(properties), "name=eth0 mtu=1500 isUp=yes");
}

TEST(Properties, areFoundByName) {
  const auto properties = propertiesOf({{"name", "eth0"}, {"mtu", 1500}});
  ASSERT_NE(properties.find("mtu"), nullptr);
  EXPECT_EQ(std::get<int64_t>(*properties.find("mtu")), 1500);
  EXPECT_TRUE(properties.has("name"));
  EXPECT_FALSE(properties.has("nam"));
  EXPECT_EQ(properties.find("names"), nullptr);
}

TEST(Properties, readAsTheTypeTheyHave) {
  const auto properties = propertiesOf({{"name", "eth0"}, {"mtu", 1500}, {"isUp", true}});
  EXPECT_EQ(properties.text("name"), "eth0");
  EXPECT_EQ(properties.number("mtu"), 1500);
  EXPECT_TRUE(properties.flag("isUp"));
}

TEST(Properties, readAsNothingWhenAbsentOrOfAnotherType) {
  const auto properties = propertiesOf({{"name", "eth0"}, {"mtu", 1500}});
  EXPECT_EQ(properties.number("index"), 0);
  EXPECT_EQ(properties.number("name", 7), 7);
  EXPECT_EQ(properties.text("mtu"), "");
  EXPECT_FALSE(properties.flag("mtu"));
  EXPECT_EQ(properties.nested("mtu"), nullptr);
  EXPECT_EQ(properties.nested("macvlan"), nullptr);
}

TEST(Properties, holdPropertiesAndListsOfThem) {
  const auto hop = propertiesOf({{"link", 2}});
  Properties route = propertiesOf({{"macvlan", propertiesOf({{"mode", "bridge"}})}});
  route.set("nextHops", Properties::List{hop, hop});
  const Properties copy = route;
  route = {};
  EXPECT_EQ(show(copy), "macvlan={mode=bridge} nextHops=[link=2][link=2]");
  EXPECT_EQ(copy.nested("macvlan")->text("mode"), "bridge");
}

}  // namespace

}  // namespace netwright::test
