// Taps: links whose frames a program takes and gives, through /dev/net/tun.
#pragma once

#include "namespace.h"
#include "properties.h"

namespace netwright {

// `ip tuntap add dev NAME mode tap [user OWNER] [group GROUP] [multi_queue]`, and what else a new
// link can be given. It stays without a program that holds it. Throws EEXIST when the name is
// taken, also by another tap, and leaves nothing when anything is refused.
void createTap(Namespace& space, const Properties& spec);

}  // namespace netwright
