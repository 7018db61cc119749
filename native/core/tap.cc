#include "tap.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <sys/ioctl.h>

#include "link-message.h"

namespace netwright {

namespace {

constexpr const char* driverPath = "/dev/net/tun";

// The devices of an open driver are in the namespace that it was opened in (tun_chr_open).
Fd openDriver(const NamespaceFile& space) {
  const NamespaceScope scope(space);
  return Fd(check(::open(driverPath, O_RDWR | O_CLOEXEC),
                  {"open", std::string(driverPath) + " in " + space.path()}));
}

// Whether packet information or a virtio header goes in front of each frame is up to whoever opens
// the tap later (tun_set_iff), so these flags, which are those of ip(8), bind nobody. Multiple
// queues do: a tap has them from birth.
short flagsOf(const Properties& tap) {
  const unsigned queues = tap.flag("isMultiQueue") ? IFF_MULTI_QUEUE : 0U;
  return static_cast<short>(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL | queues);
}

// Creates a tap that goes with `driver`, unless it is told to stay.
void registerTap(const Fd& driver, std::string_view name, const Properties& tap,
                 const Attempt& attempt) {
  ifreq request{};
  (void)name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = flagsOf(tap);
  if (::ioctl(driver.get(), TUNSETIFF, &request) == 0) return;
  // That is what IFF_TUN_EXCL says of any link; without, we would be given a tap that has the name.
  if (errno == EBUSY) fail(attempt, EEXIST, "the name is taken");
  fail(attempt, errno);
}

struct User {
  std::string_view property;
  unsigned long request;
};

constexpr User users[] = {{"owner", TUNSETOWNER}, {"group", TUNSETGROUP}};

void setUsers(const Fd& driver, const Properties& tap, const Attempt& attempt) {
  for (const auto& [property, request] : users) {
    if (!tap.has(property)) continue;
    const auto id = static_cast<unsigned long>(tap.number(property));
    if (::ioctl(driver.get(), request, id) == 0) continue;
    fail(attempt, errno, "its " + std::string(property) + ' ' + std::to_string(id));
  }
}

}  // namespace

void createTap(Namespace& space, const Properties& spec) {
  const std::string_view name = spec.text("name");
  const Attempt attempt{"create link", std::string(name) + " (tap) in " + space.file().path()};
  const Properties* given = spec.nested("tap");
  const Properties tap = given == nullptr ? Properties() : *given;
  MessageWriter writer(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
  // Index 0: the name tells which link is meant. A name that is none is refused here.
  encodeLink(0, spec, writer, attempt);

  const Fd driver = openDriver(space.file());
  registerTap(driver, name, tap, attempt);
  setUsers(driver, tap, attempt);
  space.socket().request(writer, attempt);
  (void)check(::ioctl(driver.get(), TUNSETPERSIST, 1), attempt);
}

}  // namespace netwright
