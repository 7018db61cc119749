// Kernel settings of one namespace, under /proc/sys/net.
#pragma once

#include <string>
#include <string_view>

#include "namespace-file.h"

namespace netwright {

// `sysctl -n KEY`; a key such as `net/ipv4/conf/eth0/arp_notify`. The value comes without its
// trailing line feed. Throws EINVAL for a key outside `net/`, ENOENT when there is none.
[[nodiscard]] std::string readSysctl(const NamespaceFile& space, std::string_view key);

// `sysctl -w KEY=VALUE`
void writeSysctl(const NamespaceFile& space, std::string_view key, std::string_view value);

}  // namespace netwright
