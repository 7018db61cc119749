#include "core/netlink-socket.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <random>

#include "wire.h"

namespace netwright::test {

namespace {

MessageWriter requestFor(uint16_t type, uint16_t flags) {
  MessageWriter message(type, NLM_F_REQUEST | flags);
  message.header(ifinfomsg{});
  return message;
}

MessageWriter change() {
  return requestFor(RTM_SETLINK, NLM_F_ACK);
}

MessageWriter question() {
  return requestFor(RTM_GETLINK, 0);
}

// A kernel whose refusal carries its extended acknowledgement.
Datagram refuse(Bytes request, int error, const std::string& words) {
  MessageWriter message(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS);
  message.header(nlmsgerr{.error = -error, .msg = {}});
  message.number<uint32_t>(NLMSGERR_ATTR_OFFS, 32);
  message.text(NLMSGERR_ATTR_MSG, words);
  return reply(request, message);
}

// The error of a change that the kernel answers so.
SystemError errorOfChange(Wire::Kernel kernel) {
  auto socket = NetlinkSocket::open();
  const Wire wire(std::move(kernel));
  return errorOf([&] {
    auto message = change();
    socket.request(message, attempt);
  });
}

TEST(NetlinkRequest, endsWhenTheKernelAgrees) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  auto message = change();
  EXPECT_EQ(socket.tryRequest(message, attempt).error, 0);
  socket.request(message, attempt);
  EXPECT_TRUE(socket.requestIfThere(message, ENODEV, attempt));
}

TEST(NetlinkRequest, goesUnderANewNumberEachTime) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, 0)}}; });
  auto message = change();
  for (int i = 0; i < 3; i++) socket.request(message, attempt);
  std::vector<uint32_t> numbers;
  for (const Datagram& sent : wire.sent()) {
    numbers.push_back(readStructure<nlmsghdr>(sent)->nlmsg_seq);
  }
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 2, 3}));
}

TEST(NetlinkRequest, throwsTheKernelsErrorWithItsWords) {
  const SystemError error = errorOfChange([](Bytes request) -> std::vector<Answer> {
    return {{refuse(request, EINVAL, "mtu less than device minimum")}};
  });
  EXPECT_STREQ(error.what(),
               "try something: EINVAL invalid argument — mtu less than device minimum");
}

TEST(NetlinkRequest, tellsAbsenceFromFailure) {
  auto socket = NetlinkSocket::open();
  const Wire wire(
      [](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, ENODEV)}}; });
  auto message = change();
  EXPECT_FALSE(socket.requestIfThere(message, ENODEV, attempt));
  EXPECT_EQ(errorOf([&] { (void)socket.requestIfThere(message, ESRCH, attempt); }).error(), ENODEV);
}

TEST(NetlinkRequest, passesOverAnswersToOthers) {
  const SystemError error = errorOfChange([](Bytes request) -> std::vector<Answer> {
    Datagram stale = acknowledge(request, 0);
    stale.at(offsetof(nlmsghdr, nlmsg_seq)) = std::byte{0x7f};
    return {{stale}, {join({stale, linkReply(request, 1), acknowledge(request, EBUSY)})}};
  });
  EXPECT_EQ(error.error(), EBUSY);
}

TEST(NetlinkRequest, believesNobodyButTheKernel) {
  const SystemError error = errorOfChange([](Bytes request) -> std::vector<Answer> {
    return {{.bytes = acknowledge(request, 0), .sender = 4711}, {acknowledge(request, EPERM)}};
  });
  EXPECT_EQ(error.error(), EPERM);
}

TEST(NetlinkRequest, givesUpOnASilentKernel) {
  const Wire::Kernel silent = [](Bytes) -> std::vector<Answer> { return {}; };
  const SystemError error = errorOfChange(silent);
  EXPECT_EQ(error.error(), ETIMEDOUT);
  EXPECT_EQ(error.detail(), "the kernel does not answer");
  auto socket = NetlinkSocket::open();
  const Wire wire(silent);
  auto message = question();
  EXPECT_EQ(errorOf([&] { (void)socket.find(message, ENODEV, attempt); }).error(), ETIMEDOUT);
  EXPECT_EQ(errorOf([&] {
              socket.dump(message, attempt, {[](Bytes) {}, [] {}});
            }).error(),
            ETIMEDOUT);
}

TEST(NetlinkRequest, waitsForTheKernelForSomeSecondsOnly) {
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  const auto socket = NetlinkSocket::open();
  timeval silence{};
  socklen_t size = sizeof silence;
  // The lowest number that is free is the one a new descriptor gets.
  ASSERT_EQ(::getsockopt(next, SOL_SOCKET, SO_RCVTIMEO, &silence, &size), 0);
  EXPECT_EQ(silence.tv_sec, 10);
}

TEST(NetlinkRequest, isRepeatedWhenASignalInterruptsIt) {
  auto socket = NetlinkSocket::open();
  Wire wire([](Bytes request) -> std::vector<Answer> {
    return {{.error = EINTR}, {acknowledge(request, 0)}};
  });
  wire.failSending({EINTR, EINTR});
  auto message = change();
  socket.request(message, attempt);
  EXPECT_EQ(wire.sent().size(), 1);
}

TEST(NetlinkRequest, saysWhenItCannotBeSentOrReceived) {
  EXPECT_EQ(
      errorOfChange([](Bytes) -> std::vector<Answer> { return {{.error = ENOBUFS}}; }).error(),
      ENOBUFS);
  auto socket = NetlinkSocket::open();
  Wire wire([](Bytes) -> std::vector<Answer> { return {}; });
  wire.failSending({ECONNREFUSED});
  auto message = change();
  EXPECT_EQ(errorOf([&] { socket.request(message, attempt); }).error(), ECONNREFUSED);
}

TEST(NetlinkRequest, isNotSentWhenItIsTooLong) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes) -> std::vector<Answer> { return {}; });
  auto message = change();
  message.text(IFLA_IFALIAS, std::string(5000, 'x'));
  EXPECT_EQ(errorOf([&] { socket.request(message, attempt); }).error(), EMSGSIZE);
  EXPECT_TRUE(wire.sent().empty());
}

TEST(NetlinkRequest, doesNotTrustAnAcknowledgementCutShort) {
  const SystemError error = errorOfChange([](Bytes request) -> std::vector<Answer> {
    MessageWriter message(NLMSG_ERROR, 0);
    message.header(uint32_t{0});
    return {{reply(request, message)}};
  });
  EXPECT_EQ(error.error(), EBADMSG);
}

TEST(NetlinkRequest, endsWhateverTheAnswer) {
  std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same bytes every time
  std::uniform_int_distribution<unsigned> any(0, 255);
  std::uniform_int_distribution<size_t> anySize(0, 80);
  auto socket = NetlinkSocket::open();
  const Wire wire([&](Bytes request) -> std::vector<Answer> {
    Datagram answer = refuse(request, EINVAL, "something with words");
    // Damaged anywhere, except in its number: else it would not be read at all.
    answer.at(anySize(random) % answer.size()) = std::byte(any(random));
    answer.resize(anySize(random));
    return {{answer}, {acknowledge(request, EIO)}};
  });
  for (int round = 0; round < 5000; round++) {
    auto message = change();
    const Verdict verdict = socket.tryRequest(message, attempt);
    EXPECT_LE(verdict.detail.size(), 80);
    auto asking = question();
    try {
      (void)socket.find(asking, ENODEV, attempt);
    } catch (const SystemError& error) {
      EXPECT_NE(error.error(), 0);
    }
  }
}

TEST(NetlinkFind, returnsTheAnswersPayload) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> { return {{linkReply(request, 7)}}; });
  auto message = question();
  const auto found = socket.find(message, ENODEV, attempt);
  ASSERT_TRUE(found);
  EXPECT_EQ(readStructure<ifinfomsg>(*found)->ifi_index, 7);
}

TEST(NetlinkFind, tellsAbsenceFromFailure) {
  auto socket = NetlinkSocket::open();
  const Wire wire(
      [](Bytes request) -> std::vector<Answer> { return {{refuse(request, ENODEV, "gone")}}; });
  auto message = question();
  EXPECT_FALSE(socket.find(message, ENODEV, attempt));
  EXPECT_EQ(errorOf([&] { (void)socket.find(message, ESRCH, attempt); }).detail(), "gone");
}

TEST(NetlinkFind, asksAgainWhenTheAnswerIsLargerThanItsBuffer) {
  auto socket = NetlinkSocket::open();
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    Datagram large = linkReply(request, 7);
    large.resize(100000);
    const auto length = static_cast<uint32_t>(large.size());
    std::memcpy(large.data(), &length, sizeof length);
    return {{large}};
  });
  auto message = question();
  const auto found = socket.find(message, ENODEV, attempt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 100000 - sizeof(nlmsghdr));
  EXPECT_EQ(wire.sent().size(), 2);
}

}  // namespace

}  // namespace netwright::test
