// Routes: rtmsg and RTA_* of <linux/rtnetlink.h>.
#pragma once

#include <vector>

#include "attribute-table.h"
#include "namespace.h"
#include "properties.h"

namespace netwright {

// The properties of a route that a script can give.
[[nodiscard]] AttributeTable routeTable();

// Which routes to list: table 0, link 0 do not restrict. The family is AF_INET or AF_INET6.
struct RouteFilter {
  uint8_t family;
  uint32_t table = 0;
  uint32_t link = 0;
};

// `ip route add ...`, beside other routes to the same destination (NLM_F_CREATE alone). Throws
// EEXIST when this very route is there.
void addRoute(Namespace& space, const Properties& route);

// `ip route delete ...`; returns whether it was there.
[[nodiscard]] bool removeRoute(Namespace& space, const Properties& route);

// `ip route show [table TABLE] [dev LINK]`
[[nodiscard]] std::vector<Properties> listRoutes(Namespace& space, const RouteFilter& filter);

}  // namespace netwright
