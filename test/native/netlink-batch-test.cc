// Batches: of a scripted kernel that answers as nfnetlink does.

#include <linux/netfilter/nfnetlink.h>

#include <random>

#include "core/netlink-socket.h"
#include "wire.h"

namespace netwright::test {

namespace {

MessageBatch batchOf(int count) {
  MessageBatch batch(NFNL_SUBSYS_NFTABLES);
  for (int i = 0; i < count; i++) {
    MessageWriter message(100, NLM_F_REQUEST);
    batch.add(message);
  }
  return batch;
}

// The kernel's acknowledgement of a message of a batch: 0 is its beginning.
Datagram acknowledgeMessage(Bytes request, uint32_t position, int error) {
  Datagram answer = acknowledge(request, error);
  const uint32_t sequence = readStructure<nlmsghdr>(request)->nlmsg_seq + position;
  std::memcpy(&answer.at(offsetof(nlmsghdr, nlmsg_seq)), &sequence, sizeof sequence);
  return answer;
}

// What becomes of a batch of three that the kernel answers so.
BatchVerdict verdictOf(Wire::Kernel kernel) {
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  const Wire wire(std::move(kernel));
  auto batch = batchOf(3);
  return socket.tryBatch(batch, attempt);
}

TEST(NetlinkBatch, endsWhenTheLastMessageIsAcknowledged) {
  const auto result = verdictOf(
      [](Bytes request) -> std::vector<Answer> { return {{acknowledgeMessage(request, 3, 0)}}; });
  EXPECT_EQ(result.verdict.error, 0);
}

TEST(NetlinkBatch, isOneDatagram) {
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  const Wire wire(
      [](Bytes request) -> std::vector<Answer> { return {{acknowledgeMessage(request, 500, 0)}}; });
  auto batch = batchOf(500);
  EXPECT_EQ(socket.tryBatch(batch, attempt).verdict.error, 0);
  EXPECT_EQ(wire.sent().size(), 1);
}

TEST(NetlinkBatch, tellsWhichMessageWasRefusedFirst) {
  const auto result = verdictOf([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, 2, ENOENT)},
            {join({acknowledgeMessage(request, 3, EEXIST), acknowledgeMessage(request, 3, 0)})}};
  });
  EXPECT_EQ(result.verdict.error, ENOENT);
  EXPECT_EQ(result.refused, 1U);
}

TEST(NetlinkBatch, canBeRefusedAsAWhole) {
  const auto result = verdictOf([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, 0, EPERM)}};
  });
  EXPECT_EQ(result.verdict.error, EPERM);
  EXPECT_EQ(result.refused, std::nullopt);
}

// Kernels since 6.10 acknowledge beginning and end where they are asked to.
TEST(NetlinkBatch, goesOnAfterAcknowledgementsOfItsBeginning) {
  const auto result = verdictOf([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, 0, 0)},
            {acknowledgeMessage(request, 1, 0)},
            {acknowledgeMessage(request, 3, EBUSY)}};
  });
  EXPECT_EQ(result.verdict.error, EBUSY);
  EXPECT_EQ(result.refused, 2U);
}

TEST(NetlinkBatch, passesOverAnswersToOthers) {
  const auto result = verdictOf([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, static_cast<uint32_t>(-1), EPERM)},
            {acknowledgeMessage(request, 4, EPERM)},
            {linkReply(request, 1)},
            {acknowledgeMessage(request, 3, 0)}};
  });
  EXPECT_EQ(result.verdict.error, 0);
}

class TransientRefusal : public testing::TestWithParam<int> {};

TEST_P(TransientRefusal, isAnsweredByTheSameBatchUnderOtherNumbers) {
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  const Wire wire([error = GetParam()](Bytes request) mutable -> std::vector<Answer> {
    return {{acknowledgeMessage(request, error == 0 ? 3 : 0, std::exchange(error, 0))}};
  });
  auto batch = batchOf(3);
  EXPECT_EQ(socket.tryBatch(batch, attempt).verdict.error, 0);
  std::vector<uint32_t> numbers;
  for (const Datagram& sent : wire.sent()) {
    numbers.push_back(readStructure<nlmsghdr>(sent)->nlmsg_seq);
  }
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 6}));
}

TEST_P(TransientRefusal, isFinalWhenItRepeatsItself) {
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, 0, GetParam())}};
  });
  auto batch = batchOf(1);
  EXPECT_EQ(socket.tryBatch(batch, attempt).verdict.error, GetParam());
  EXPECT_EQ(wire.sent().size(), 10);
}

INSTANTIATE_TEST_SUITE_P(errors, TransientRefusal, testing::Values(EINTR, EAGAIN, ERESTART));

TEST(NetlinkBatch, leavesNoAnswersForTheNextRequest) {
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{acknowledgeMessage(request, 1, ENOENT)},
            {acknowledgeMessage(request, 2, ENOENT)},
            {acknowledgeMessage(request, 3, ENOENT)}};
  });
  auto batch = batchOf(3);
  EXPECT_EQ(socket.tryBatch(batch, attempt).refused, 0U);
  EXPECT_EQ(wire.take().error, EAGAIN);
}

TEST(NetlinkBatch, givesUpOnASilentKernel) {
  EXPECT_EQ(
      errorOf([] { (void)verdictOf([](Bytes) -> std::vector<Answer> { return {}; }); }).error(),
      ETIMEDOUT);
}

TEST(NetlinkBatch, endsWhateverTheAnswerToIt) {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same bytes every time
  std::uniform_int_distribution<unsigned> any(0, 255);
  std::uniform_int_distribution<size_t> anySize(0, 40);
  auto socket = NetlinkSocket::open(NetlinkProtocol::netfilter);
  const Wire wire([&](Bytes request) -> std::vector<Answer> {
    Datagram answer = acknowledgeMessage(request, any(random) % 4, EINVAL);
    answer.at(anySize(random) % answer.size()) = std::byte(any(random));
    answer.resize(anySize(random));
    return {{answer}, {acknowledgeMessage(request, 0, EIO)}};
  });
  auto batch = batchOf(3);
  for (int round = 0; round < 5000; round++) {
    EXPECT_LT(socket.tryBatch(batch, attempt).refused.value_or(0), 3);
  }
}

}  // namespace

}  // namespace netwright::test
