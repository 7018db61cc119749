#include "sniffer.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>

namespace netwright::test {

Sniffer::Sniffer(const NamespaceFile& space, const std::string& link) {
  const NamespaceScope scope(space);
  fd_ = Fd(check(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), {"open", "packet socket"}));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(::if_nametoindex(link.c_str()));
  (void)check(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              {"listen on", link});
  const timeval deadline{.tv_sec = 5, .tv_usec = 0};
  (void)check(::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline),
              {"configure", "packet socket"});
}

Datagram Sniffer::next(uint16_t type, std::string_view start) {
  for (;;) {
    Datagram frame(ETH_FRAME_LEN);
    const auto size =
        check(::recv(fd_.get(), frame.data(), frame.size(), 0), {"wait for", "frame"});
    frame.resize(static_cast<size_t>(size));
    const auto header = readStructure<ether_header>(frame);
    const auto payload = Bytes(frame).subspan(sizeof(ether_header));
    if (header->ether_type == htons(type) && hexOf(payload).starts_with(start)) return frame;
  }
}

}  // namespace netwright::test
