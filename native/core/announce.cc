#include "announce.h"

#include <sys/socket.h>

#include "announcement-packet.h"
#include "link.h"

namespace netwright {

void announceAddress(Namespace& space, uint32_t link, const std::string& address) {
  const Attempt attempt{"announce address", address + " on link " + std::to_string(link) + " in " +
                                                space.file().path()};
  const auto ip = parseIp(address);
  if (!ip) fail(attempt, EINVAL, "it is no IP address");
  const auto found = findLink(space, link);
  if (!found) fail(attempt, ENODEV);
  const auto mac = parseMac(found->text("mac"));
  if (!mac) fail(attempt, EOPNOTSUPP, "the link has no hardware address");
  sendPacket(space.file(), link,
             ip->family == AF_INET ? gratuitousArp(*mac, *ip) : neighbourAdvertisement(*mac, *ip));
}

}  // namespace netwright
