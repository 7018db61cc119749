#include "core/bridge-vlan-message.h"

#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>

#include "damage.h"
#include "lab.h"

namespace netwright::test {

namespace {

constexpr uint16_t begin = BRIDGE_VLAN_INFO_RANGE_BEGIN;
constexpr uint16_t end = BRIDGE_VLAN_INFO_RANGE_END;
constexpr uint16_t pvid = BRIDGE_VLAN_INFO_PVID;
constexpr uint16_t untagged = BRIDGE_VLAN_INFO_UNTAGGED;

// `1-3 5 pvid`
std::string shown(const std::vector<VlanRange>& ranges) {
  std::string text;
  for (const auto& [first, last, flags] : ranges) {
    text += (text.empty() ? "" : " ") + std::to_string(first);
    if (last != first) text += "-" + std::to_string(last);
    if ((flags & pvid) != 0) text += " pvid";
    if ((flags & untagged) != 0) text += " untagged";
  }
  return text;
}

struct Entry {
  uint16_t flags;
  uint16_t id;
};

// What is read of a message about link 4 with these entries, each as long as told.
std::string readingOf(const std::vector<Entry>& entries, size_t length = sizeof(Entry)) {
  MessageWriter writer(RTM_NEWLINK, 0);
  ifinfomsg header{};
  header.ifi_index = 4;
  writer.header(header);
  {
    const MessageWriter::Nest nest(writer, IFLA_AF_SPEC);
    writer.number<uint16_t>(IFLA_BRIDGE_MODE, 7);
    for (const Entry& entry : entries) {
      writer.bytes(IFLA_BRIDGE_VLAN_INFO, std::as_bytes(std::span(&entry, 1)).first(length));
    }
  }
  VlanFlags vlans;
  decodeBridgeVlans(writer.finish(0).subspan(sizeof(nlmsghdr)), 4, vlans);
  return shown(rangesOf(vlans));
}

TEST(RangesOf, joinsNeighboursWithTheSameFlags) {
  EXPECT_EQ(shown(rangesOf({{1, 0}, {2, 0}, {3, 0}, {5, 0}, {6, untagged}, {7, untagged}})),
            "1-3 5 6-7 untagged");
  EXPECT_EQ(shown(rangesOf({})), "");
}

// br_process_vlan_info refuses it.
TEST(RangesOf, leavesTheVlanOfThePortAlone) {
  EXPECT_EQ(shown(rangesOf({{1, pvid}, {2, pvid}, {3, 0}})), "1 pvid 2 pvid 3");
}

TEST(DecodeBridgeVlans, expandsRanges) {
  EXPECT_EQ(readingOf({{untagged, 1}, {begin, 10}, {end, 12}, {pvid, 20}}),
            "1 untagged 10-12 20 pvid");
  EXPECT_EQ(readingOf({{begin | untagged, 4090}, {end | untagged, 4094}}), "4090-4094 untagged");
}

TEST(DecodeBridgeVlans, sortsThem) {
  EXPECT_EQ(readingOf({{0, 9}, {begin, 5}, {end, 6}, {0, 1}}), "1 5-6 9");
}

TEST(DecodeBridgeVlans, passesOverNumbersThatAreNone) {
  EXPECT_EQ(readingOf({{0, 0}, {0, 4095}, {0, 65535}, {0, 4094}}), "4094");
  EXPECT_EQ(readingOf({{begin, 4000}, {end, 65535}}), "");
}

TEST(DecodeBridgeVlans, takesTheEndOfNoRangeForItself) {
  EXPECT_EQ(readingOf({{end, 5}}), "5");
  EXPECT_EQ(readingOf({{begin, 3}, {0, 5}, {end, 8}}), "5 8");
}

TEST(DecodeBridgeVlans, passesOverARangeThatDoesNotEnd) {
  EXPECT_EQ(readingOf({{0, 1}, {begin, 3}}), "1");
  EXPECT_EQ(readingOf({{begin, 9}, {end, 5}}), "");
}

TEST(DecodeBridgeVlans, passesOverVlansCutShort) {
  EXPECT_EQ(readingOf({{0, 1}, {0, 2}}, sizeof(Entry) - 1), "");
}

TEST(DecodeBridgeVlans, readsNothingOfOtherLinks) {
  const auto recorded = fixture("reply-bridge-vlans");
  MessageReader reader(recorded);
  (void)reader.next();  // the bridge itself
  const auto message = reader.next();
  VlanFlags vlans;
  decodeBridgeVlans(message->payload, 2, vlans);
  EXPECT_TRUE(vlans.empty());
  decodeBridgeVlans(message->payload, 4, vlans);
  EXPECT_EQ(shown(rangesOf(vlans)), "1 untagged 7 pvid untagged 10-19 21 30-31 untagged");
}

TEST(DecodeBridgeVlans, knowsNothingOfALinkCutShort) {
  VlanFlags vlans;
  decodeBridgeVlans(Datagram(sizeof(ifinfomsg) - 1), 0, vlans);
  EXPECT_TRUE(vlans.empty());
}

TEST(DecodeBridgeVlans, staysInsideDamagedMessages) {
  const auto recorded = fixture("reply-bridge-vlans");
  forEachDamaged(Bytes(recorded).subspan(sizeof(nlmsghdr)), [](const Datagram& damaged) {
    VlanFlags vlans;
    decodeBridgeVlans(damaged, 2, vlans);
  });
}

}  // namespace

}  // namespace netwright::test
