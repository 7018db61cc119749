#include "packet-socket.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "system-error.h"

namespace netwright {

namespace {

// The kernel doubles it, and counts what it spends on a packet itself: room for about a hundred.
constexpr int receiveBuffer = 64 * 1024;

std::string placeOf(const NamespaceFile& space, uint32_t link) {
  return "on link " + std::to_string(link) + " in " + space.path();
}

// Protocol 0: until it is bound the socket sends and never receives.
Fd openSocket(const NamespaceFile& space, const Attempt& attempt) {
  const NamespaceScope scope(space);
  return Fd(check(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), attempt));
}

sockaddr_ll addressOf(uint32_t link, uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(link);
  return address;
}

void transmit(const Fd& fd, uint32_t link, const Packet& packet, const Attempt& attempt) {
  sockaddr_ll target = addressOf(link, packet.protocol);
  target.sll_halen = std::tuple_size_v<MacBytes>;
  std::memcpy(&target.sll_addr, packet.destination.data(), packet.destination.size());
  (void)check(retryInterrupted([&] {
                return ::sendto(fd.get(), packet.payload.data(), packet.payload.size(), 0,
                                reinterpret_cast<const sockaddr*>(&target), sizeof target);
              }),
              attempt);
}

struct Option {
  int level;
  int name;
  int value;
};

void setOption(const Fd& fd, const Option& option, const Attempt& attempt) {
  (void)check(::setsockopt(fd.get(), option.level, option.name, &option.value, sizeof option.value),
              attempt);
}

void bindTo(const Fd& fd, uint32_t link, uint16_t protocol, const Attempt& attempt) {
  const sockaddr_ll address = addressOf(link, protocol);
  (void)check(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              attempt);
}

// Who sends on a link is told by addresses as long as the link's own.
void requireEthernet(const Fd& fd, const Attempt& attempt) {
  sockaddr_ll own{};
  socklen_t size = sizeof own;
  (void)check(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size), attempt);
  if (own.sll_halen != std::tuple_size_v<MacBytes>) {
    fail(attempt, EOPNOTSUPP, "the link has no Ethernet address");
  }
}

bool isChecksumPending(const msghdr& message) {
  // The cast that CMSG_NXTHDR needs.
  auto* head = const_cast<msghdr*>(&message);
  for (cmsghdr* part = CMSG_FIRSTHDR(head); part != nullptr; part = CMSG_NXTHDR(head, part)) {
    if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata data{};
    std::memcpy(&data, CMSG_DATA(part), sizeof data);
    return (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
  }
  return false;
}

// A link that goes down leaves ENETDOWN behind, once; reading it is reading past it.
bool isPassing(int error) {
  return error == EINTR || error == ENETDOWN;
}

}  // namespace

void sendPacket(const NamespaceFile& space, uint32_t link, const Packet& packet) {
  const Attempt attempt{"send packet", placeOf(space, link)};
  transmit(openSocket(space, attempt), link, packet, attempt);
}

PacketSocket::PacketSocket(const NamespaceFile& space, uint32_t link, const PacketKind& kind)
    : link_(link), place_(placeOf(space, link)) {
  const Attempt attempt{"open packet socket", place_};
  fd_ = openSocket(space, attempt);
  // All before it is bound: nothing unfiltered is ever queued.
  (void)check(attachFilter(fd_.get(), kind), attempt);
  setOption(fd_, {SOL_SOCKET, SO_RCVBUF, receiveBuffer}, attempt);
  setOption(fd_, {SOL_PACKET, PACKET_AUXDATA, 1}, attempt);
  bindTo(fd_, link, kind.protocol, attempt);
  requireEthernet(fd_, attempt);
}

std::optional<ReceivedPacket> PacketSocket::receive() {
  std::array<std::byte, packetLimit> buffer;
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata))> control;
  sockaddr_ll sender{};
  iovec room{buffer.data(), buffer.size()};
  msghdr message{};
  ssize_t size = 0;
  do {
    message = {&sender, sizeof sender, &room, 1, control.data(), control.size(), 0};
    size = ::recvmsg(fd_.get(), &message, 0);
  } while (size < 0 && isPassing(errno));
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  (void)check(size, {"receive packet", place_});
  ReceivedPacket packet{{}, isChecksumPending(message), {}};
  std::memcpy(packet.source.data(), &sender.sll_addr, packet.source.size());
  const auto payload = std::span(buffer).first(static_cast<size_t>(size));
  packet.payload.assign(payload.begin(), payload.end());
  return packet;
}

void PacketSocket::send(const Packet& packet) {
  // What a link that was down has left behind is not the failure of this packet.
  int past = 0;
  socklen_t size = sizeof past;
  const Attempt attempt{"send packet", place_};
  (void)check(::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &past, &size), attempt);
  transmit(fd_, link_, packet, attempt);
}

}  // namespace netwright
