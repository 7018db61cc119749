#include "netlink-socket.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <string>

namespace netwright {

namespace {

// The kernel fills dump datagrams of up to this size when the reader offers it (af_netlink.c).
constexpr size_t usualBufferSize = 32768;

// Pods that come and go change the lists all the time; each retry is a fresh dump of some
// milliseconds at most.
constexpr int mostDumpAttempts = 50;

constexpr size_t largestSendBuffer = size_t{1} << 30;

// Each is a transaction that another one came in between of.
constexpr int mostBatchAttempts = 10;

// rtnetlink and nfnetlink answer before sendto(2) returns, so whoever waits this long waits for
// nothing.
constexpr timeval longestSilence{.tv_sec = 10, .tv_usec = 0};

template <typename Value>
void configure(const Fd& fd, int level, int option, const Value& value) {
  (void)check(::setsockopt(fd.get(), level, option, &value, sizeof value),
              {"configure", "netlink socket"});
}

// netlink_sendmsg refuses what is larger than the buffer, less some bytes of its own.
void makeRoom(const Fd& fd, size_t size) {
  int room = 0;
  socklen_t length = sizeof room;
  const bool isKnown = ::getsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &room, &length) == 0;
  if (isKnown && size < static_cast<size_t>(room) / 2) return;
  const int wanted = static_cast<int>(std::min<size_t>(size, largestSendBuffer));
  // The machine's administrator may go beyond net.core.wmem_max, others get what it allows.
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof wanted) == 0) return;
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
}

// Several answers to one request. What is not read of them is thrown away: it would fill the
// buffer, and the kernel would refuse another dump as long as one goes on.
class OpenAnswer {
 public:
  explicit OpenAnswer(const Fd& fd) : fd_(fd) {}
  ~OpenAnswer() {
    // Taking a datagram out makes the kernel put the next one in (netlink_recvmsg), so an empty
    // queue is the end.
    while (::recv(fd_.get(), nullptr, 0, MSG_DONTWAIT | MSG_TRUNC) > 0) continue;
  }
  OpenAnswer(const OpenAnswer&) = delete;
  OpenAnswer& operator=(const OpenAnswer&) = delete;

 private:
  const Fd& fd_;
};

// The answer of a kernel that was interrupted: by a signal, or by another transaction.
bool isTransient(int error) {
  return error == EINTR || error == EAGAIN || error == ERESTART;
}

void require(const Verdict& verdict, const Attempt& attempt) {
  if (verdict.error != 0) fail(attempt, verdict.error, verdict.detail);
}

}  // namespace

NetlinkSocket::NetlinkSocket(Fd fd) : fd_(std::move(fd)) {}

NetlinkSocket NetlinkSocket::open(NetlinkProtocol protocol) {
  const bool isRoute = protocol == NetlinkProtocol::route;
  const Attempt attempt{"open", isRoute ? "netlink socket" : "netfilter socket"};
  const int number = isRoute ? NETLINK_ROUTE : NETLINK_NETFILTER;
  Fd fd(check(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, number), attempt));
  configure(fd, SOL_NETLINK, NETLINK_EXT_ACK, int{1});
  configure(fd, SOL_NETLINK, NETLINK_CAP_ACK, int{1});
  // Strict checks are rtnetlink's. Of many refusals of one batch the first is enough: the others
  // may be lost without making reading fail.
  configure(fd, SOL_NETLINK, isRoute ? NETLINK_GET_STRICT_CHK : NETLINK_NO_ENOBUFS, int{1});
  configure(fd, SOL_SOCKET, SO_RCVTIMEO, longestSilence);
  return NetlinkSocket(std::move(fd));
}

void NetlinkSocket::transmit(Bytes bytes, const Attempt& attempt) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  (void)check(retryInterrupted([&] {
                return ::sendto(fd_.get(), bytes.data(), bytes.size(), 0,
                                reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
              }),
              attempt);
}

uint32_t NetlinkSocket::send(MessageWriter& message, const Attempt& attempt) {
  if (!message.isWhole()) fail(attempt, EMSGSIZE, "the request is too long");
  transmit(message.finish(++sequence_), attempt);
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

BatchVerdict NetlinkSocket::batchOnce(MessageBatch& batch, const Attempt& attempt) {
  const uint32_t first = sequence_ + 1;
  const Bytes bytes = batch.finish(first);
  sequence_ += batch.size() + 2;
  makeRoom(fd_, bytes.size());
  transmit(bytes, attempt);
  const OpenAnswer unread(fd_);
  for (;;) {
    const auto datagram = receive(attempt);
    if (!datagram) fail(attempt, EMSGSIZE, "the kernel's acknowledgement is too long");
    MessageReader reader(*datagram);
    while (const auto answer = reader.next()) {
      const uint32_t position = answer->header.nlmsg_seq - first;
      if (answer->header.nlmsg_type != NLMSG_ERROR || position > batch.size()) continue;
      Verdict verdict = acknowledgement(*answer);
      if (verdict.error == 0 && position < batch.size()) continue;
      // What is said of the beginning is said of the whole (nfnetlink_rcv_batch).
      if (verdict.error == 0 || position == 0) return {std::move(verdict)};
      return {std::move(verdict), position - 1};
    }
  }
}

BatchVerdict NetlinkSocket::tryBatch(MessageBatch& batch, const Attempt& attempt) {
  for (int i = 1;; i++) {
    BatchVerdict result = batchOnce(batch, attempt);
    if (!isTransient(result.verdict.error) || i == mostBatchAttempts) return result;
  }
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
  const OpenAnswer unread(fd_);
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
