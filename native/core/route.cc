#include "route.h"

#include <linux/rtnetlink.h>

#include "gather.h"
#include "route-message.h"

namespace netwright {

namespace {

Attempt attemptOn(std::string_view operation, const Namespace& space, const Properties& route) {
  std::string text = std::string(route.text("destination")) + '/' +
                     std::to_string(route.number("destinationLength"));
  if (route.has("gateway")) text += " via " + std::string(route.text("gateway"));
  if (route.has("link")) text += " on link " + std::to_string(route.number("link"));
  if (route.has("table")) text += " table " + std::to_string(route.number("table"));
  return {operation, text + " in " + space.file().path()};
}

bool passes(const Properties& route, const RouteFilter& filter) {
  return filter.link == 0 || route.number("link") == int64_t{filter.link};
}

}  // namespace

void addRoute(Namespace& space, const Properties& route) {
  const Attempt attempt = attemptOn("add route", space, route);
  MessageWriter writer(RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE);
  encodeRoute(route, RouteRequest::add, writer, attempt);
  space.socket().request(writer, attempt);
}

bool removeRoute(Namespace& space, const Properties& route) {
  const Attempt attempt = attemptOn("remove route", space, route);
  MessageWriter writer(RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK);
  encodeRoute(route, RouteRequest::remove, writer, attempt);
  return space.socket().requestIfThere(writer, ESRCH, attempt);
}

std::vector<Properties> listRoutes(Namespace& space, const RouteFilter& filter) {
  const Attempt attempt{"list routes", "in " + space.file().path()};
  rtmsg header{};
  header.rtm_family = filter.family;
  MessageWriter writer(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
  writer.header(header);
  if (filter.table != 0) writer.number(RTA_TABLE, filter.table);
  if (filter.link != 0) writer.number(RTA_OIF, filter.link);
  std::vector<Properties> routes;
  const auto decode = [&filter](Bytes payload) {
    auto route = decodeRoute(payload);
    return route && passes(*route, filter) ? route : std::nullopt;
  };
  // A table nobody has put a route into does not exist: ENOENT.
  const bool hasTable =
      space.socket().dumpIfThere(writer, ENOENT, attempt, gatherInto(routes, decode));
  if (!hasTable && filter.table == 0) fail(attempt, ENOENT);
  return routes;
}

}  // namespace netwright
