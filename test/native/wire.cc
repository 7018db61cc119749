#include "wire.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace netwright::test {

namespace {

Wire* installed = nullptr;

uint32_t sequenceOf(Bytes request) {
  const auto header = readStructure<nlmsghdr>(request);
  if (!header) throw std::invalid_argument("the request has no header");
  return header->nlmsg_seq;
}

void put(Datagram& datagram, size_t offset, const auto& value) {
  std::memcpy(&datagram.at(offset), &value, sizeof value);
}

}  // namespace

Wire::Wire() : Wire(Kernel{}) {}

Wire::Wire(Kernel kernel) : kernel_(std::move(kernel)) {
  if (installed != nullptr) throw std::logic_error("there is a wire already");
  installed = this;
}

Wire::~Wire() {
  installed = nullptr;
}

Wire* Wire::current() {
  return installed;
}

int Wire::nextSendError() {
  if (sendErrors_.empty()) return 0;
  const int error = sendErrors_.front();
  sendErrors_.pop_front();
  return error;
}

void Wire::send(Bytes request) {
  sent_.emplace_back(request.begin(), request.end());
  if (!kernel_) return;
  for (Answer& answer : kernel_(request)) answers_.push_back(std::move(answer));
}

Answer Wire::take() {
  if (answers_.empty()) return {.error = EAGAIN};
  Answer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

Datagram reply(Bytes request, MessageWriter& message, uint16_t flags) {
  const Bytes bytes = message.finish(sequenceOf(request));
  Datagram datagram(bytes.begin(), bytes.end());
  const auto header = readStructure<nlmsghdr>(bytes);
  put(datagram, offsetof(nlmsghdr, nlmsg_flags),
      static_cast<uint16_t>(header->nlmsg_flags | flags));
  return datagram;
}

Datagram acknowledge(Bytes request, int error) {
  MessageWriter message(NLMSG_ERROR, NLM_F_CAPPED);
  message.header(nlmsgerr{.error = -error, .msg = {}});
  return reply(request, message);
}

Datagram linkReply(Bytes request, int index, uint16_t flags) {
  MessageWriter message(RTM_NEWLINK, NLM_F_MULTI);
  ifinfomsg header{};
  header.ifi_index = index;
  message.header(header);
  return reply(request, message, flags);
}

Datagram join(const std::vector<Datagram>& messages) {
  Datagram whole;
  for (const Datagram& message : messages)
    whole.insert(whole.end(), message.begin(), message.end());
  return whole;
}

Datagram done(Bytes request, uint16_t flags) {
  MessageWriter message(NLMSG_DONE, NLM_F_MULTI);
  message.header(int{0});
  return reply(request, message, flags);
}

Datagram answerTo(Bytes request, Datagram messages) {
  size_t offset = 0;
  MessageReader reader(messages);
  while (const auto message = reader.next()) {
    put(messages, offset + offsetof(nlmsghdr, nlmsg_seq), sequenceOf(request));
    offset += NLMSG_ALIGN(message->header.nlmsg_len);
  }
  return messages;
}

Wire::Kernel interruptedOnce(const Datagram& messages) {
  return [messages, readings = 0](Bytes request) mutable -> std::vector<Answer> {
    const bool isInterrupted = readings++ % 2 == 0;
    return {{answerTo(request, messages)},
            {done(request, isInterrupted ? uint16_t{NLM_F_DUMP_INTR} : uint16_t{0})}};
  };
}

}  // namespace netwright::test

// The names are those the linker's --wrap looks for, the parameters those of the C library.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-function-size)
extern "C" {

ssize_t __real_sendto(int, const void*, size_t, int, const sockaddr*, socklen_t);
ssize_t __real_recvfrom(int, void*, size_t, int, sockaddr*, socklen_t*);
ssize_t __real_recv(int, void*, size_t, int);

ssize_t __wrap_sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
                      socklen_t toSize) {
  auto* const wire = netwright::test::Wire::current();
  if (wire == nullptr) return __real_sendto(fd, data, size, flags, to, toSize);
  errno = wire->nextSendError();
  if (errno != 0) return -1;
  wire->send({static_cast<const std::byte*>(data), size});
  if (!wire->isKernel()) return __real_sendto(fd, data, size, flags, to, toSize);
  return static_cast<ssize_t>(size);
}

ssize_t __wrap_recvfrom(int fd, void* data, size_t size, int flags, sockaddr* from,
                        socklen_t* fromSize) {
  auto* const wire = netwright::test::Wire::current();
  if (wire == nullptr || !wire->isKernel()) {
    return __real_recvfrom(fd, data, size, flags, from, fromSize);
  }
  const netwright::test::Answer answer = wire->take();
  errno = answer.error;
  if (errno != 0) return -1;
  const size_t copied = std::min(size, answer.bytes.size());
  if (copied > 0) std::memcpy(data, answer.bytes.data(), copied);
  sockaddr_nl sender{};
  sender.nl_family = AF_NETLINK;
  sender.nl_pid = answer.sender;
  if (from != nullptr) std::memcpy(from, &sender, sizeof sender);
  // MSG_TRUNC asks for the whole length.
  return static_cast<ssize_t>((flags & MSG_TRUNC) != 0 ? answer.bytes.size() : copied);
}

ssize_t __wrap_recv(int fd, void* data, size_t size, int flags) {
  auto* const wire = netwright::test::Wire::current();
  if (wire == nullptr || !wire->isKernel()) return __real_recv(fd, data, size, flags);
  return __wrap_recvfrom(fd, data, size, flags, nullptr, nullptr);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier, readability-function-size)
