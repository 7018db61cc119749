// Dumps of a real kernel that change while they are read.

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <map>
#include <set>
#include <stdexcept>
#include <thread>

#include "core/address.h"
#include "core/link.h"
#include "core/netlink-socket.h"
#include "core/route.h"
#include "lab.h"

namespace netwright::test {

namespace {

// Enough that a list of links takes four datagrams: what changes after the first is noticed.
constexpr int manyLinks = 100;

// A pod with a crowd of bridges, each with an address and a route.
class Crowd : public testing::Test {
 protected:
  Crowd() {
    for (int i = 0; i < manyLinks; i++) {
      const auto spec =
          propertiesOf({{"name", "crowd" + std::to_string(i)}, {"kind", "bridge"}, {"isUp", true}});
      const Properties link = createLink({pod_.space()}, spec);
      const std::string network = "10.1." + std::to_string(i);
      addAddress(pod_.space(), propertiesOf({{"link", link.number("index")},
                                             {"address", network + ".1"},
                                             {"prefixLength", 24}}));
    }
  }

  [[nodiscard]] Pod& pod() { return pod_; }

  // Does something to the lists: a veth with an address comes and goes.
  static void disturb(Namespace& space) {
    const auto peer = propertiesOf({{"name", "passing-far"}});
    const auto link = createLink(
        {space},
        propertiesOf({{"name", "passing"}, {"kind", "veth"}, {"isUp", true}, {"peer", peer}}));
    addAddress(space, propertiesOf({{"link", link.number("index")},
                                    {"address", "10.2.0.1"},
                                    {"prefixLength", 24}}));
    (void)removeLink(space, "passing");
  }

 private:
  Pod pod_;
};

MessageWriter dumpOf(uint16_t type, const auto& header) {
  MessageWriter message(type, NLM_F_REQUEST | NLM_F_DUMP);
  message.header(header);
  return message;
}

TEST_F(Crowd, isReadAgainWhenALinkComesInTheMiddle) {
  Namespace other(NamespaceFile::open(pod().file().path()));
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  int beginnings = 0;
  size_t links = 0;
  pod().space().socket().dump(message, attempt,
                              {[&](Bytes) {
                                 if (links++ == 0 && beginnings <= 2) disturb(other);
                               },
                               [&] {
                                 links = 0;
                                 beginnings++;
                               }});
  EXPECT_EQ(beginnings, 3);
  EXPECT_EQ(links, manyLinks + 1) << "the loopback, too";
}

TEST_F(Crowd, givesUpWhenLinksComeInTheMiddleEveryTime) {
  Namespace other(NamespaceFile::open(pod().file().path()));
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  bool isFirst = true;
  const SystemError error = errorOf([&] {
    pod().space().socket().dump(message, attempt,
                                {[&](Bytes) {
                                   if (std::exchange(isFirst, false)) disturb(other);
                                 },
                                 [&] { isFirst = true; }});
  });
  EXPECT_EQ(error.error(), EAGAIN);
  EXPECT_EQ(listLinks(pod().space()).size(), manyLinks + 1) << "and the socket is as good as new";
}

TEST_F(Crowd, canBeReadAgainAfterAVisitorThrew) {
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  const auto dump = [&] {
    pod().space().socket().dump(message, attempt, {[](Bytes) { throw std::bad_alloc(); }, [] {}});
  };
  EXPECT_THROW(dump(), std::bad_alloc);
  EXPECT_EQ(listLinks(pod().space()).size(), manyLinks + 1);
}

// The names of the crowd in a list, each as often as it is there.
std::map<std::string, int> countBy(const std::vector<Properties>& list, std::string_view property) {
  std::map<std::string, int> counts;
  for (const Properties& each : list) counts[std::string(each.text(property))]++;
  return counts;
}

TEST_F(Crowd, isWholeInEveryListWhileLinksComeAndGo) {
  std::jthread disturber([path = pod().file().path()](const std::stop_token& stop) {
    Namespace space(NamespaceFile::open(path));
    while (!stop.stop_requested()) disturb(space);
  });
  for (int round = 0; round < 60; round++) {
    const auto links = countBy(listLinks(pod().space()), "name");
    const auto addresses = countBy(listAddresses(pod().space(), 0, AF_INET), "address");
    const auto routes = countBy(listRoutes(pod().space(), {AF_INET, RT_TABLE_MAIN}), "destination");
    for (int i = 0; i < manyLinks; i++) {
      const std::string number = std::to_string(i);
      ASSERT_EQ(links.contains("crowd" + number) ? links.at("crowd" + number) : 0, 1);
      ASSERT_EQ(addresses.contains("10.1." + number + ".1"), true);
      ASSERT_EQ(routes.contains("10.1." + number + ".0"), true);
    }
    for (const auto& [name, count] : links) ASSERT_EQ(count, 1) << name;
    for (const auto& [address, count] : addresses) ASSERT_EQ(count, 1) << address;
    for (const auto& [destination, count] : routes) ASSERT_EQ(count, 1) << destination;
  }
}

// One message of such a link fills more than the buffer a socket starts with.
TEST(LargeLink, isFoundAndListed) {
  Pod pod;
  (void)pod.cable("eth0");
  std::string names;
  for (int i = 0; i < 260; i++) {
    names += " altname " + std::string(120, 'x') + std::to_string(1000 + i);
  }
  pod.run("ip link property add dev eth0" + names);
  const auto found = findLink(pod.space(), "eth0");
  ASSERT_TRUE(found);
  Namespace fresh(NamespaceFile::open(pod.file().path()));
  EXPECT_EQ(countBy(listLinks(fresh), "name"),
            (std::map<std::string, int>{{"lo", 1}, {"eth0", 1}, {"eth0-far", 1}}));
}

}  // namespace

}  // namespace netwright::test
