#include "netlink-socket.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <string>

namespace netwright {

namespace {

// The kernel fills dump datagrams of up to this size when the reader offers it (af_netlink.c).
constexpr size_t usualBufferSize = 32768;

// Pods that come and go change the lists all the time; each retry is a fresh dump of some
// milliseconds at most.
constexpr int mostDumpAttempts = 50;

// rtnetlink answers before sendto(2) returns, so whoever waits this long waits for nothing.
constexpr timeval longestSilence{.tv_sec = 10, .tv_usec = 0};

template <typename Value>
void configure(const Fd& fd, int level, int option, const Value& value) {
  (void)check(::setsockopt(fd.get(), level, option, &value, sizeof value),
              {"configure", "netlink socket"});
}

// A dump that has been asked for. What is not read of it is thrown away: the kernel would refuse
// another dump as long as this one goes on.
class OpenDump {
 public:
  explicit OpenDump(const Fd& fd) : fd_(fd) {}
  ~OpenDump() {
    // Taking a datagram out makes the kernel put the next one in (netlink_recvmsg), so an empty
    // queue is the end.
    while (::recv(fd_.get(), nullptr, 0, MSG_DONTWAIT | MSG_TRUNC) > 0) continue;
  }
  OpenDump(const OpenDump&) = delete;
  OpenDump& operator=(const OpenDump&) = delete;

 private:
  const Fd& fd_;
};

// The text of the extended acknowledgement behind an error (NLMSGERR_ATTR_MSG), or an empty one.
std::string extendedText(Bytes attributes) {
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NLMSGERR_ATTR_MSG) return std::string(attribute->text());
  }
  return {};
}

// NETLINK_CAP_ACK makes the kernel leave out the echoed request, so the attributes follow the fixed
// part of an NLMSG_ERROR or NLMSG_DONE at once.
template <typename Fixed>
Verdict verdictOf(const Message& message, int error) {
  if (error >= 0) return {};
  const bool isExtended = (message.header.nlmsg_flags & NLM_F_ACK_TLVS) != 0;
  return {-error, isExtended ? extendedText(afterStructure<Fixed>(message.payload)) : ""};
}

Verdict acknowledgement(const Message& message) {
  const auto report = readStructure<nlmsgerr>(message.payload);
  if (!report) return {EBADMSG, "the kernel's acknowledgement is cut short"};
  return verdictOf<nlmsgerr>(message, report->error);
}

Verdict endOfDump(const Message& message) {
  const auto error = readStructure<int>(message.payload);
  return error ? verdictOf<int>(message, *error) : Verdict{};
}

void require(const Verdict& verdict, const Attempt& attempt) {
  if (verdict.error != 0) fail(attempt, verdict.error, verdict.detail);
}

}  // namespace

NetlinkSocket::NetlinkSocket(Fd fd) : fd_(std::move(fd)) {}

NetlinkSocket NetlinkSocket::open() {
  const Attempt attempt{"open", "netlink socket"};
  Fd fd(check(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), attempt));
  configure(fd, SOL_NETLINK, NETLINK_EXT_ACK, int{1});
  configure(fd, SOL_NETLINK, NETLINK_CAP_ACK, int{1});
  configure(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, int{1});
  configure(fd, SOL_SOCKET, SO_RCVTIMEO, longestSilence);
  return NetlinkSocket(std::move(fd));
}

uint32_t NetlinkSocket::send(MessageWriter& message, const Attempt& attempt) {
  if (!message.isWhole()) fail(attempt, EMSGSIZE, "the request is too long");
  const Bytes bytes = message.finish(++sequence_);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  (void)check(retryInterrupted([&] {
                return ::sendto(fd_.get(), bytes.data(), bytes.size(), 0,
                                reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
              }),
              attempt);
  return sequence_;
}

std::optional<Bytes> NetlinkSocket::receive(const Attempt& attempt) {
  if (buffer_.empty()) buffer_.resize(usualBufferSize);
  for (;;) {
    sockaddr_nl sender{};
    socklen_t senderSize = sizeof sender;
    const auto size = retryInterrupted([&] {
      return ::recvfrom(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC,
                        reinterpret_cast<sockaddr*>(&sender), &senderSize);
    });
    if (size < 0 && errno == EAGAIN) fail(attempt, ETIMEDOUT, "the kernel does not answer");
    if (size < 0) fail(attempt, errno);
    // Only the kernel has port 0; any process with CAP_NET_ADMIN could send us something else.
    if (sender.nl_pid != 0) continue;
    const auto length = static_cast<size_t>(size);
    if (length <= buffer_.size()) return Bytes(buffer_).first(length);
    buffer_.resize(length);
    return std::nullopt;
  }
}

Verdict NetlinkSocket::tryRequest(MessageWriter& message, const Attempt& attempt) {
  const uint32_t sequence = send(message, attempt);
  for (;;) {
    const auto datagram = receive(attempt);
    if (!datagram) fail(attempt, EMSGSIZE, "the kernel's acknowledgement is too long");
    MessageReader reader(*datagram);
    while (const auto answer = reader.next()) {
      if (answer->header.nlmsg_seq != sequence) continue;
      if (answer->header.nlmsg_type == NLMSG_ERROR) return acknowledgement(*answer);
    }
  }
}

void NetlinkSocket::request(MessageWriter& message, const Attempt& attempt) {
  require(tryRequest(message, attempt), attempt);
}

bool NetlinkSocket::requestIfThere(MessageWriter& message, int absence, const Attempt& attempt) {
  const Verdict verdict = tryRequest(message, attempt);
  if (verdict.error == absence) return false;
  require(verdict, attempt);
  return true;
}

std::optional<Bytes> NetlinkSocket::find(MessageWriter& message, int absence,
                                         const Attempt& attempt) {
  uint32_t sequence = send(message, attempt);
  for (;;) {
    const auto datagram = receive(attempt);
    if (!datagram) {
      sequence = send(message, attempt);
      continue;
    }
    MessageReader reader(*datagram);
    while (const auto answer = reader.next()) {
      if (answer->header.nlmsg_seq != sequence) continue;
      if (answer->header.nlmsg_type != NLMSG_ERROR) return answer->payload;
      const Verdict verdict = acknowledgement(*answer);
      if (verdict.error == absence) return std::nullopt;
      require(verdict, attempt);
    }
  }
}

Verdict NetlinkSocket::dumpOnce(MessageWriter& message, const Attempt& attempt,
                                const DumpVisitor& visitor) {
  const uint32_t sequence = send(message, attempt);
  const OpenDump unread(fd_);
  bool isInterrupted = false;
  for (;;) {
    const auto datagram = receive(attempt);
    if (!datagram) return {EINTR, {}};
    MessageReader reader(*datagram);
    while (const auto answer = reader.next()) {
      if (answer->header.nlmsg_seq != sequence) continue;
      isInterrupted = isInterrupted || (answer->header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      const auto type = answer->header.nlmsg_type;
      if (type == NLMSG_ERROR || type == NLMSG_DONE) {
        if (isInterrupted) return {EINTR, {}};
        return type == NLMSG_DONE ? endOfDump(*answer) : acknowledgement(*answer);
      }
      if (!isInterrupted) visitor.visit(answer->payload);
    }
  }
}

Verdict NetlinkSocket::tryDump(MessageWriter& message, const Attempt& attempt,
                               const DumpVisitor& visitor) {
  for (int i = 0; i < mostDumpAttempts; i++) {
    visitor.restart();
    Verdict verdict = dumpOnce(message, attempt, visitor);
    if (verdict.error != EINTR) return verdict;
  }
  return {EAGAIN,
          "the list changed during each of " + std::to_string(mostDumpAttempts) + " readings"};
}

void NetlinkSocket::dump(MessageWriter& message, const Attempt& attempt,
                         const DumpVisitor& visitor) {
  require(tryDump(message, attempt, visitor), attempt);
}

bool NetlinkSocket::dumpIfThere(MessageWriter& message, int absence, const Attempt& attempt,
                                const DumpVisitor& visitor) {
  const Verdict verdict = tryDump(message, attempt, visitor);
  if (verdict.error == absence) return false;
  require(verdict, attempt);
  return true;
}

}  // namespace netwright
