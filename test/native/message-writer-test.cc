#include "core/message-writer.h"

#include <linux/rtnetlink.h>

#include "lab.h"

namespace netwright::test {

namespace {

// As large as a message can get, <capacity> of message-writer.h.
constexpr size_t capacity = 4096;

std::string hexBehindHeader(MessageWriter& writer) {
  return hexOf(writer.finish(0).subspan(sizeof(nlmsghdr)));
}

TEST(MessageWriter, beginsWithTheNetlinkHeader) {
  MessageWriter writer(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK);
  EXPECT_EQ(hexOf(writer.finish(0x01020304)), "10 00 00 00 10 00 05 00 04 03 02 01 00 00 00 00");
}

TEST(MessageWriter, countsEverythingInItsLength) {
  MessageWriter writer(RTM_NEWROUTE, NLM_F_REQUEST);
  writer.header(rtmsg{});
  writer.number<uint32_t>(RTA_OIF, 2);
  const Bytes message = writer.finish(0);
  EXPECT_EQ(message.size(), 16 + 12 + 8);
  EXPECT_EQ(readStructure<nlmsghdr>(message)->nlmsg_len, message.size());
}

TEST(MessageWriter, padsAttributesWithZeros) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.number<uint8_t>(1, 0xff);
  writer.bytes(2, bytesOf("01 02 03 04 05"));
  writer.bytes(3, {});
  EXPECT_EQ(hexBehindHeader(writer),
            "05 00 01 00 ff 00 00 00 09 00 02 00 01 02 03 04 05 00 00 00 04 00 03 00");
}

TEST(MessageWriter, endsTextsWithAZero) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.text(3, "eth0");
  writer.text(4, "");
  EXPECT_EQ(hexBehindHeader(writer), "09 00 03 00 65 74 68 30 00 00 00 00 05 00 04 00 00 00 00 00");
}

TEST(MessageWriter, writesNumbersInTheOrderOfTheMachine) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.number<uint16_t>(1, 0x1234);
  writer.number<int>(2, -2);
  EXPECT_EQ(hexBehindHeader(writer), "06 00 01 00 34 12 00 00 08 00 02 00 fe ff ff ff");
}

TEST(MessageWriter, measuresNests) {
  MessageWriter writer(RTM_NEWLINK, 0);
  {
    const MessageWriter::Nest outer(writer, 18);
    writer.number<uint8_t>(1, 7);
    {
      const MessageWriter::Nest inner(writer, 2);
      writer.number<uint32_t>(1, 4);
    }
    const MessageWriter::Nest empty(writer, 3);
  }
  writer.number<uint8_t>(4, 9);
  EXPECT_EQ(hexBehindHeader(writer),
            "1c 00 12 80 05 00 01 00 07 00 00 00 0c 00 02 80 08 00 01 00 04 00 00 00 04 00 03 80 "
            "05 00 04 00 09 00 00 00");
}

TEST(MessageWriter, canBeFinishedAgainUnderAnotherNumber) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.text(3, "eth0");
  const std::string first = hexOf(writer.finish(1));
  EXPECT_NE(hexOf(writer.finish(2)), first);
  EXPECT_EQ(hexOf(writer.finish(1)), first);
}

TEST(MessageWriter, takesWhatJustFits) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.bytes(1, Datagram(capacity - sizeof(nlmsghdr) - NLA_HDRLEN));
  EXPECT_TRUE(writer.isWhole());
  EXPECT_EQ(writer.finish(0).size(), capacity);
}

TEST(MessageWriter, remembersWhatDidNotFit) {
  for (const size_t size : {capacity - sizeof(nlmsghdr) - NLA_HDRLEN + 1, capacity - 1, capacity,
                            capacity + 1, size_t{65535}, size_t{1} << 20U}) {
    MessageWriter writer(RTM_NEWLINK, 0);
    writer.bytes(1, Datagram(size));
    EXPECT_FALSE(writer.isWhole()) << size;
    writer.number<uint8_t>(2, 1);
    EXPECT_FALSE(writer.isWhole()) << size;
    EXPECT_LE(writer.finish(0).size(), capacity);
  }
}

TEST(MessageWriter, remembersATextThatDidNotFit) {
  for (const size_t size :
       {capacity - sizeof(nlmsghdr) - NLA_HDRLEN, capacity - 1, capacity, size_t{70000}}) {
    MessageWriter writer(RTM_NEWLINK, 0);
    writer.text(1, std::string(size, 'x'));
    EXPECT_FALSE(writer.isWhole()) << size;
  }
}

TEST(MessageWriter, closesNestsThatDidNotFit) {
  MessageWriter writer(RTM_NEWLINK, 0);
  {
    const MessageWriter::Nest outer(writer, 1);
    while (writer.isWhole()) {
      const MessageWriter::Nest inner(writer, 2);
      writer.bytes(3, Datagram(100));
    }
    const MessageWriter::Nest late(writer, 4);
  }
  EXPECT_FALSE(writer.isWhole());
  EXPECT_LE(writer.finish(0).size(), capacity);
}

TEST(MessageWriter, takesNoNestWhenItIsFull) {
  MessageWriter writer(RTM_NEWLINK, 0);
  writer.bytes(1, Datagram(capacity - sizeof(nlmsghdr) - NLA_HDRLEN));
  { const MessageWriter::Nest nest(writer, 2); }
  EXPECT_FALSE(writer.isWhole());
}

}  // namespace

}  // namespace netwright::test
