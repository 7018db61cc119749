#include "core/message-reader.h"

#include <linux/rtnetlink.h>

#include <random>

#include "lab.h"

namespace netwright::test {

namespace {

std::vector<std::string> attributesOf(Bytes bytes) {
  std::vector<std::string> lines;
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    lines.push_back(std::to_string(attribute->type) + ": " + hexOf(attribute->payload));
  }
  return lines;
}

std::vector<std::string> messagesOf(Bytes bytes) {
  std::vector<std::string> lines;
  MessageReader reader(bytes);
  while (const auto message = reader.next()) {
    lines.push_back(std::to_string(message->header.nlmsg_type) + ": " + hexOf(message->payload));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(AttributeReader, readsOneAttributeAfterTheOther) {
  const auto bytes = bytesOf("05 00 01 00 ff 00 00 00  04 00 02 00  06 00 03 00 01 02 00 00");
  EXPECT_EQ(attributesOf(bytes), (Lines{"1: ff", "2: ", "3: 01 02"}));
}

TEST(AttributeReader, takesALastAttributeWithoutItsPadding) {
  EXPECT_EQ(attributesOf(bytesOf("05 00 01 00 ff")), Lines{"1: ff"});
}

TEST(AttributeReader, hidesTheFlagsOfTheType) {
  EXPECT_EQ(attributesOf(bytesOf("04 00 12 80  04 00 12 40")), (Lines{"18: ", "18: "}));
}

TEST(AttributeReader, findsNothingInTooFewBytes) {
  for (const std::string_view hex : {"", "05", "05 00", "05 00 01"}) {
    EXPECT_EQ(attributesOf(bytesOf(hex)), Lines{}) << hex;
  }
}

TEST(AttributeReader, stopsAtALengthThatCannotBe) {
  const std::string good = "05 00 01 00 ff 00 00 00 ";
  for (const std::string_view hex : {"00 00 02 00", "03 00 02 00", "05 00 02 00", "ff ff 02 00"}) {
    EXPECT_EQ(attributesOf(bytesOf(good + std::string(hex))), Lines{"1: ff"}) << hex;
  }
}

TEST(AttributeReader, readsNestsOneByOne) {
  const auto bytes = bytesOf("0c 00 12 80  08 00 01 00 04 00 00 00");
  AttributeReader reader(bytes);
  const auto nest = reader.next();
  ASSERT_TRUE(nest);
  EXPECT_EQ(attributesOf(nest->payload), Lines{"1: 04 00 00 00"});
}

TEST(AttributeReader, keepsToANestWhoseContentClaimsMore) {
  const auto bytes = bytesOf("08 00 12 80  0c 00 01 00  08 00 02 00 07 00 00 00");
  AttributeReader reader(bytes);
  const auto nest = reader.next();
  ASSERT_TRUE(nest);
  EXPECT_EQ(attributesOf(nest->payload), Lines{});
}

TEST(Attribute, isANumberOnlyInItsOwnSize) {
  const auto bytes = bytesOf("01 02 03 04");
  const Attribute attribute{1, bytes};
  EXPECT_EQ(attribute.number<uint32_t>(), 0x04030201U);
  EXPECT_FALSE(attribute.number<uint16_t>());
  EXPECT_FALSE(attribute.number<uint64_t>());
}

TEST(Attribute, isReadWhereverItLies) {
  const auto bytes = bytesOf("00 05 00 01 00 ff 00 00 00 08 00 02 00 04 03 02 01");
  EXPECT_EQ(attributesOf(Bytes(bytes).subspan(1)), (Lines{"1: ff", "2: 04 03 02 01"}));
}

TEST(Attribute, isATextUpToItsFirstZero) {
  const auto withZeros = bytesOf("65 74 68 30 00 78 00");
  const auto withoutZero = bytesOf("65 74 68 30");
  EXPECT_EQ((Attribute{1, withZeros}).text(), "eth0");
  EXPECT_EQ((Attribute{1, withoutZero}).text(), "eth0");
  EXPECT_EQ((Attribute{1, {}}).text(), "");
}

TEST(MessageReader, readsOneMessageAfterTheOther) {
  const auto bytes = bytesOf(
      "12 00 00 00 10 00 00 00 00 00 00 00 00 00 00 00 aa bb 00 00"
      "10 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00");
  EXPECT_EQ(messagesOf(bytes), (Lines{"16: aa bb", "3: "}));
}

TEST(MessageReader, stopsAtALengthThatCannotBe) {
  for (const std::string_view length :
       {"00 00 00 00", "0f 00 00 00", "11 00 00 00", "ff ff ff ff"}) {
    const std::string hex = std::string(length) + "10 00 00 00 00 00 00 00 00 00 00 00";
    EXPECT_EQ(messagesOf(bytesOf(hex)), Lines{}) << length;
  }
}

TEST(MessageReader, findsNothingInAnyBeginningOfAMessage) {
  const Datagram whole = fixture("link-add-veth");
  for (size_t size = 0; size < whole.size(); size++) {
    EXPECT_EQ(messagesOf(Bytes(whole).first(size)), Lines{}) << size;
  }
  EXPECT_EQ(messagesOf(whole).size(), 1);
}

TEST(ReadStructure, needsAllItsBytes) {
  const Datagram bytes(sizeof(rtmsg));
  EXPECT_TRUE(readStructure<rtmsg>(bytes));
  EXPECT_FALSE(readStructure<rtmsg>(Bytes(bytes).first(sizeof(rtmsg) - 1)));
}

TEST(AfterStructure, isEmptyWhenNothingFollows) {
  EXPECT_TRUE(afterStructure<rtmsg>(Datagram(3)).empty());
  EXPECT_TRUE(afterStructure<rtmsg>(Datagram(sizeof(rtmsg))).empty());
  EXPECT_EQ(afterStructure<rtmsg>(Datagram(sizeof(rtmsg) + 1)).size(), 1);
}

// Sixteen-bit lengths that point anywhere: the address sanitizer watches every read.
TEST(MessageReader, staysInsideRandomBytes) {
  std::mt19937 random(20240607);  // NOLINT(cert-msc51-cpp): the same bytes every time
  std::uniform_int_distribution<unsigned> any(0, 255);
  std::uniform_int_distribution<size_t> anySize(0, 96);
  for (int round = 0; round < 20000; round++) {
    Datagram bytes(anySize(random));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(any(random));
    // Short lengths are the ones that are believed.
    for (size_t i = 1; i < bytes.size(); i += 4) bytes[i] = std::byte{0};
    size_t total = 0;
    AttributeReader reader(bytes);
    while (const auto attribute = reader.next()) {
      total += NLA_HDRLEN + attribute->payload.size();
      EXPECT_LE(attribute->text().size(), attribute->payload.size());
    }
    EXPECT_LE(total, bytes.size());
    EXPECT_LE(messagesOf(bytes).size(), bytes.size() / sizeof(nlmsghdr));
  }
}

}  // namespace

}  // namespace netwright::test
