// The macvlan link: making it in another namespace, configuring it, removing it.
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "floor.h"

namespace netwright::floor {
namespace {

int openSocket() {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) fail("open", "a netlink socket");
  return fd;
}

/// Sends what may be several messages; returns the number of the first error, or zero.
template <typename Messages>
int send(int socket, const Messages& messages) {
  struct {
    nlmsghdr header;
    nlmsgerr body;
    std::array<char, 512> copy;
  } answer{};
  if (::send(socket, &messages, sizeof messages, 0) < 0) fail("send to", "the kernel");
  if (recv(socket, &answer, sizeof answer, 0) < 0) fail("hear from", "the kernel");
  errno = -answer.body.error;
  return errno;
}

/// What one ioctl tells of a link; any socket can be asked.
ifreq ask(int socket, unsigned long question, const char* link) {
  ifreq request{};
  strncpy(request.ifr_name, link, IFNAMSIZ - 1);
  if (ioctl(socket, question, &request) != 0) fail("find link", link);
  return request;
}

template <typename Body>
constexpr nlmsghdr header(std::uint16_t type, int flags) {
  return {.nlmsg_len = sizeof(nlmsghdr) + sizeof(Body),
          .nlmsg_type = type,
          .nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags),
          .nlmsg_seq = 0,
          .nlmsg_pid = 0};
}

/// An attribute; nothing is padded, as all values are multiples of four bytes.
template <typename Value>
struct Attribute {
  Attribute(std::uint16_t type, const Value& content)
      : head{sizeof(rtattr) + sizeof(Value), type}, value(content) {}
  rtattr head;
  Value value;
};

using Name = std::array<char, IFNAMSIZ>;

Name nameOf(const char* text) {
  Name name{};
  strncpy(name.data(), text, IFNAMSIZ - 1);
  return name;
}

}  // namespace

void createMacvlan(const char* name, const char* master, int netns) {
  using Mode = Attribute<std::uint32_t>;
  struct Kind {
    Attribute<std::array<char, 8>> kind{IFLA_INFO_KIND, {"macvlan"}};
    Attribute<Mode> data{IFLA_INFO_DATA, Mode(IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE)};
  };
  const int socket = openSocket();
  struct Body {
    ifinfomsg place{};
    Attribute<Name> name;
    Attribute<int> master;
    Attribute<int> netns;
    Attribute<Kind> kind{IFLA_LINKINFO, Kind()};
  };
  struct {
    nlmsghdr head = header<Body>(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    Body body;
  } const message{.body = {.name{IFLA_IFNAME, nameOf(name)},
                           .master{IFLA_LINK, ask(socket, SIOCGIFINDEX, master).ifr_ifindex},
                           .netns{IFLA_NET_NS_FD, netns}}};
  if (send(socket, message) != 0) fail("create link", name);
}

Mac configureLink(const char* name, const Network& network, std::uint32_t address) {
  std::array<char, 64> setting{};
  std::snprintf(setting.data(), setting.size(), "/proc/sys/net/ipv4/conf/%s/arp_notify", name);
  const int file = open(setting.data(), O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, "1", 1) != 1) fail("write", setting.data());

  const int socket = openSocket();
  const int index = ask(socket, SIOCGIFINDEX, name).ifr_ifindex;
  const ifreq hardware = ask(socket, SIOCGIFHWADDR, name);
  struct AddressBody {
    ifaddrmsg place;
    Attribute<std::uint32_t> local;
    Attribute<std::uint32_t> address;
    Attribute<std::uint32_t> broadcast;
  };
  // The kernel works through both messages and answers errors, and the last one.
  struct {
    nlmsghdr addressHead = header<AddressBody>(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    AddressBody address;
    nlmsghdr linkHead = header<ifinfomsg>(RTM_NEWLINK, NLM_F_ACK);
    ifinfomsg link;
  } const messages{
      .address = {.place = {.ifa_family = AF_INET,
                            .ifa_prefixlen = static_cast<std::uint8_t>(network.prefixLength),
                            .ifa_flags = 0,
                            .ifa_scope = RT_SCOPE_UNIVERSE,
                            .ifa_index = static_cast<std::uint32_t>(index)},
                  .local{IFA_LOCAL, htonl(address)},
                  .address{IFA_ADDRESS, htonl(address)},
                  .broadcast{IFA_BROADCAST, htonl(network.broadcast())}},
      .link = {.ifi_family = AF_UNSPEC,
               .__ifi_pad = 0,
               .ifi_type = 0,
               .ifi_index = index,
               .ifi_flags = IFF_UP,
               .ifi_change = IFF_UP}};
  if (send(socket, messages) != 0) fail("configure link", name);
  Mac mac{};
  memcpy(mac.data(), hardware.ifr_hwaddr.sa_data, mac.size());
  return mac;
}

void removeLink(const char* name) {
  struct Body {
    ifinfomsg place{};
    Attribute<Name> name;
  };
  struct {
    nlmsghdr head = header<Body>(RTM_DELLINK, NLM_F_ACK);
    Body body;
  } const message{.body = {.name{IFLA_IFNAME, nameOf(name)}}};
  const int error = send(openSocket(), message);
  if (error != 0 && error != ENODEV) fail("remove link", name);
}

}  // namespace netwright::floor
