// Making a list of a dump.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "netlink-socket.h"
#include "properties.h"

namespace netwright {

// Gathers what `decode` makes of each message, except where it makes nothing of one.
// The list must outlive the dump.
template <typename Decode>
[[nodiscard]] DumpVisitor gatherInto(std::vector<Properties>& list, Decode decode) {
  return {[&list, decode](Bytes payload) {
            std::optional<Properties> found = decode(payload);
            if (found) list.push_back(std::move(*found));
          },
          [&list] { list.clear(); }};
}

}  // namespace netwright
