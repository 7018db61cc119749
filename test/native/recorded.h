// Comparing requests with those that ip(8) was recorded sending.
#pragma once

#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <map>
#include <string>
#include <vector>

#include "lab.h"

namespace netwright::test {

// The fixed structure in front of attributes, and which of them hold attributes themselves.
struct Shape {
  size_t header = 0;
  std::map<uint16_t, Shape> nests = {};
};

[[nodiscard]] Shape linkShape();
[[nodiscard]] Shape vethShape();
[[nodiscard]] Shape routeShape();
inline const Shape addressShape{sizeof(ifaddrmsg)};
inline const Shape neighbourShape{sizeof(ndmsg)};

// The whole request as lines that can be compared: type and flags, fixed structure, and then the
// attributes in the order of their numbers, for theirs says nothing. Left out are the sequence
// number and NLA_F_NESTED, which ip(8) does not set everywhere.
[[nodiscard]] std::vector<std::string> linesOf(Bytes request, const Shape& shape);

// The same without type and flags.
[[nodiscard]] std::vector<std::string> bodyOf(Bytes request, const Shape& shape);

}  // namespace netwright::test
