// Dumps: of a scripted kernel, and of the real one while its lists change.

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <atomic>
#include <map>
#include <new>
#include <thread>
#include <utility>

#include "core/address.h"
#include "core/link.h"
#include "core/netlink-socket.h"
#include "core/route.h"
#include "wire.h"

namespace netwright::test {

namespace {

MessageWriter dumpOf(uint16_t type, const auto& header) {
  MessageWriter message(type, NLM_F_REQUEST | NLM_F_DUMP);
  message.header(header);
  return message;
}

// What a dump was told, and how often it began.
struct Heard {
  std::vector<int> indexes = {};
  int beginnings = 0;

  [[nodiscard]] DumpVisitor visitor() {
    return {
        [this](Bytes payload) { indexes.push_back(readStructure<ifinfomsg>(payload)->ifi_index); },
        [this] {
          indexes.clear();
          beginnings++;
        }};
  }
};

TEST(NetlinkDump, visitsEveryMessageOfEveryDatagram) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{join({linkReply(request, 1), linkReply(request, 2)})},
            {linkReply(request, 3)},
            {join({linkReply(request, 4), done(request)})}};
  });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  socket.dump(message, attempt, heard.visitor());
  EXPECT_EQ(heard.indexes, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(heard.beginnings, 1);
}

// The kernel marks whichever message it notices the change at, be it the last.
class InterruptedDump : public testing::TestWithParam<size_t> {};

TEST_P(InterruptedDump, beginsAgainAndForgetsWhatItHeard) {
  auto socket = NetlinkSocket::open();
  int readings = 0;
  const Wire wire([&](Bytes request) -> std::vector<Answer> {
    const bool isFirst = ++readings == 1;
    const auto flag = [&](size_t place) -> uint16_t {
      return isFirst && place == GetParam() ? NLM_F_DUMP_INTR : 0;
    };
    return {{linkReply(request, isFirst ? 10 : 1, flag(0))},
            {linkReply(request, isFirst ? 20 : 2, flag(1))},
            {done(request, flag(2))}};
  });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  socket.dump(message, attempt, heard.visitor());
  EXPECT_EQ(heard.indexes, (std::vector<int>{1, 2}));
  EXPECT_EQ(heard.beginnings, 2);
}

INSTANTIATE_TEST_SUITE_P(anywhere, InterruptedDump, testing::Range(size_t{0}, size_t{3}));

TEST(NetlinkDump, givesUpWhenItIsInterruptedTimeAfterTime) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{join({linkReply(request, 1, NLM_F_DUMP_INTR), done(request)})}};
  });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  const SystemError error = errorOf([&] { socket.dump(message, attempt, heard.visitor()); });
  EXPECT_STREQ(error.what(),
               "try something: EAGAIN resource temporarily unavailable — the list changed during "
               "each of 50 readings");
  EXPECT_EQ(heard.beginnings, 50);
}

TEST(NetlinkDump, throwsTheErrorThatEndsIt) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    MessageWriter end(NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS);
    end.header(-EOPNOTSUPP);
    end.text(NLMSGERR_ATTR_MSG, "no such family");
    return {{linkReply(request, 1)}, {reply(request, end)}};
  });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  const SystemError error = errorOf([&] { socket.dump(message, attempt, heard.visitor()); });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
  EXPECT_EQ(error.detail(), "no such family");
}

TEST(NetlinkDump, tellsAbsenceFromFailure) {
  auto socket = NetlinkSocket::open();
  const Wire wire(
      [](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, ENOENT)}}; });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  EXPECT_FALSE(socket.dumpIfThere(message, ENOENT, attempt, heard.visitor()));
  EXPECT_EQ(
      errorOf([&] { (void)socket.dumpIfThere(message, ESRCH, attempt, heard.visitor()); }).error(),
      ENOENT);
}

TEST(NetlinkDump, beginsAgainWhenADatagramIsLargerThanItsBuffer) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    std::vector<Datagram> parts;
    for (int i = 1; i <= 2000; i++) parts.push_back(linkReply(request, i));
    parts.push_back(done(request));
    return {{join(parts)}};
  });
  Heard heard;
  auto message = dumpOf(RTM_GETLINK, ifinfomsg{});
  socket.dump(message, attempt, heard.visitor());
  EXPECT_EQ(heard.indexes.size(), 2000);
  EXPECT_EQ(heard.beginnings, 2);
}

// Enough that a list of links takes four datagrams: what changes after the first is noticed.
constexpr int manyLinks = 100;

// A pod with a crowd of bridges, each with an address and a route.
class Crowd : public testing::Test {
 protected:
  Crowd() {
    for (int i = 0; i < manyLinks; i++) {
      const auto spec =
          propertiesOf({{"name", "crowd" + std::to_string(i)}, {"kind", "bridge"}, {"isUp", true}});
      const Properties link = newLink({pod_.space()}, spec);
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
    const auto link = newLink(
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

// Every list has to bear this many disturbances, and no more: each of them makes a few changes, of
// which each can interrupt a reading, and fifty readings are the most.
constexpr int disturbancesOfAList = 5;

void expectOnceEach(const std::map<std::string, int>& counts) {
  for (const auto& [what, count] : counts) EXPECT_EQ(count, 1) << what;
}

TEST_F(Crowd, isWholeInEveryListWhileLinksComeAndGo) {
  std::atomic<int> disturbances = 0;
  const std::jthread disturber([&, path = pod().file().path()](const std::stop_token& stop) {
    Namespace space(NamespaceFile::open(path));
    while (!stop.stop_requested()) {
      if (disturbances > 0) {
        disturbances--;
        disturb(space);
      }
      std::this_thread::yield();
    }
  });
  for (int round = 0; round < 60; round++) {
    disturbances = disturbancesOfAList;
    const auto links = countBy(listLinks(pod().space()), "name");
    disturbances = disturbancesOfAList;
    const auto addresses = countBy(listAddresses(pod().space(), 0, AF_INET), "address");
    disturbances = disturbancesOfAList;
    const auto routes = countBy(listRoutes(pod().space(), {AF_INET, RT_TABLE_MAIN}), "destination");
    for (int i = 0; i < manyLinks; i++) {
      const std::string number = std::to_string(i);
      EXPECT_TRUE(links.contains("crowd" + number));
      EXPECT_TRUE(addresses.contains("10.1." + number + ".1"));
      EXPECT_TRUE(routes.contains("10.1." + number + ".0"));
    }
    expectOnceEach(links);
    expectOnceEach(addresses);
    expectOnceEach(routes);
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
