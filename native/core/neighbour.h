// Neighbours: ndmsg and NDA_* of <linux/neighbour.h>.
#pragma once

#include <string>
#include <vector>

#include "attribute-table.h"
#include "namespace.h"
#include "properties.h"

namespace netwright {

// The properties of a neighbour that a script can give.
[[nodiscard]] AttributeTable neighbourTable();

// `ip neighbour replace ADDRESS lladdr MAC dev LINK nud STATE`
void setNeighbour(Namespace& space, const Properties& neighbour);

// `ip neighbour delete ADDRESS dev LINK`; returns whether it was there.
[[nodiscard]] bool removeNeighbour(Namespace& space, const Properties& neighbour);

// `ip neighbour show [dev LINK]`; link 0 and family 0 do not restrict.
[[nodiscard]] std::vector<Properties> listNeighbours(Namespace& space, uint32_t link,
                                                     uint8_t family);

}  // namespace netwright
