#include "core/message-batch.h"

#include <linux/netfilter/nfnetlink.h>

#include "lab.h"

namespace netwright::test {

namespace {

struct Seen {
  uint16_t type;
  uint16_t flags;
  uint32_t sequence;
  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.type << ' ' << seen.flags << ' ' << seen.sequence;
}

std::vector<Seen> messagesOf(Bytes bytes) {
  std::vector<Seen> seen;
  MessageReader reader(bytes);
  while (const auto message = reader.next()) {
    const nlmsghdr& header = message->header;
    seen.push_back({header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq});
  }
  return seen;
}

MessageBatch batchOf(const std::vector<uint16_t>& types) {
  MessageBatch batch(NFNL_SUBSYS_NFTABLES);
  for (const uint16_t type : types) {
    MessageWriter message(type, NLM_F_REQUEST);
    message.text(1, "t");
    batch.add(message);
  }
  return batch;
}

TEST(MessageBatch, beginsAndEndsAsThoseOfNft) {
  auto batch = batchOf({});
  MessageWriter message(1, 0);
  batch.add(message);
  const Bytes bytes = batch.finish(0);
  EXPECT_EQ(hexOf(bytes.first(20)), "14 00 00 00 10 00 01 00 00 00 00 00 00 00 00 00 00 00 00 0a");
  EXPECT_EQ(hexOf(bytes.last(20)), "14 00 00 00 11 00 01 00 02 00 00 00 00 00 00 00 00 00 00 0a");
}

TEST(MessageBatch, numbersItsMessagesAndAsksForTheLastAcknowledgement) {
  auto batch = batchOf({100, 101, 102});
  EXPECT_EQ(batch.size(), 3);
  const uint16_t asking = NLM_F_REQUEST | NLM_F_ACK;
  EXPECT_EQ(messagesOf(batch.finish(7)), (std::vector<Seen>{{NFNL_MSG_BATCH_BEGIN, 1, 7},
                                                            {100, 1, 8},
                                                            {101, 1, 9},
                                                            {102, asking, 10},
                                                            {NFNL_MSG_BATCH_END, 1, 11}}));
}

TEST(MessageBatch, canBeFinishedAgainUnderOtherNumbers) {
  auto batch = batchOf({100});
  const std::string first = hexOf(batch.finish(1));
  EXPECT_EQ(messagesOf(batch.finish(50)).back(), (Seen{NFNL_MSG_BATCH_END, 1, 52}));
  EXPECT_EQ(hexOf(batch.finish(1)), first);
}

TEST(MessageBatch, growsAsItIsFilled) {
  auto batch = batchOf(std::vector<uint16_t>(5000, 100));
  EXPECT_EQ(batch.size(), 5000);
  EXPECT_EQ(messagesOf(batch.finish(1)).size(), 5002);
}

}  // namespace

}  // namespace netwright::test
