// Routes as rtnetlink messages.
#pragma once

#include <optional>

#include "attribute-table.h"
#include "message-reader.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// What kind of request a route is encoded for.
enum class RouteRequest : bool { add, remove };

// The header and attributes of a route to add or to remove.
void encodeRoute(const Properties& route, RouteRequest request, MessageWriter& writer,
                 const Attempt& attempt);

// A received route; nothing for one that is not an IP route in a table (a cached exception, MPLS).
[[nodiscard]] std::optional<Properties> decodeRoute(Bytes payload);

}  // namespace netwright
