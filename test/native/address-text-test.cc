#include "core/address-text.h"

#include <sys/socket.h>

#include "lab.h"

namespace netwright::test {

namespace {

std::string hexOfIp(std::string_view text) {
  const auto ip = parseIp(text);
  return ip ? hexOf(ip->bytes()) : "none";
}

TEST(ParseIp, readsBothFamilies) {
  EXPECT_EQ(hexOfIp("10.1.2.3"), "0a 01 02 03");
  EXPECT_EQ(hexOfIp("fd00::3"), "fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03");
  EXPECT_EQ(hexOfIp("::ffff:1.2.3.4"), "00 00 00 00 00 00 00 00 00 00 ff ff 01 02 03 04");
  EXPECT_EQ(parseIp("10.1.2.3")->family, AF_INET);
  EXPECT_EQ(parseIp("::")->family, AF_INET6);
}

TEST(ParseIp, refusesWhatIsNoAddress) {
  for (const std::string_view text :
       {"", " ", "10.1.2", "10.1.2.3 ", "10.1.2.256", "010.1.2.3", "10.1.2.3/24", ":",
        ":::", "1::2::3", "fe80::1%eth0", "g::", "1:2:3:4:5:6:7:8:9", "eth0"}) {
    EXPECT_EQ(hexOfIp(text), "none") << text;
  }
}

TEST(ParseIp, refusesWhatFollowsAZero) {
  EXPECT_FALSE(parseIp(std::string_view("10.1.2.3\0x", 10)));
}

TEST(FormatIp, writesTheShortestForm) {
  EXPECT_EQ(formatIp(bytesOf("0a 01 02 03")), "10.1.2.3");
  EXPECT_EQ(formatIp(bytesOf("fd000000000000000000000000000003")), "fd00::3");
}

TEST(FormatIp, refusesEveryOtherSize) {
  for (size_t size = 0; size < 40; size++) {
    const Datagram bytes(size);
    EXPECT_EQ(formatIp(bytes).has_value(), size == 4 || size == 16) << size;
  }
}

TEST(ParseMac, readsSixBytesInEitherCase) {
  EXPECT_EQ(hexOf(parseMac("02:42:ac:11:00:Ff").value()), "02 42 ac 11 00 ff");
}

TEST(ParseMac, refusesWhatIsNoHardwareAddress) {
  for (const std::string_view text :
       {"", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "02-42-ac-11-00-02", "0242ac110002",
        "02:42:ac:11:00:0g", "2:42:ac:11:00:002", "02:42:ac:11:00:+2", "02:42:ac:11:00:-2",
        "02:42:ac:11:00: 2", "0x:42:ac:11:00:02"}) {
    EXPECT_FALSE(parseMac(text)) << text;
  }
}

TEST(FormatMac, undoesParseMac) {
  EXPECT_EQ(formatMac(parseMac("02:42:AC:11:00:F2").value()), "02:42:ac:11:00:f2");
}

TEST(FormatMac, refusesEveryOtherSize) {
  for (const size_t size : {0, 4, 5, 7, 8, 20}) {
    EXPECT_FALSE(formatMac(Datagram(size))) << size;
  }
}

}  // namespace

}  // namespace netwright::test
