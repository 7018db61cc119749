// Network links: create, change, move, remove, find, list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "namespace.h"
#include "properties.h"

namespace netwright {

// Which link: its index, or its name.
using LinkKey = std::variant<uint32_t, std::string>;

// Where a new link and its relatives live.
struct LinkPlace {
  Namespace& home;              // the new link
  Namespace* parent = nullptr;  // its property `parent`; null when that is in `home`
  Namespace* peer = nullptr;    // the other end of a veth; null when that is in `home`
};

// `ip link show LINK`
[[nodiscard]] std::optional<Properties> findLink(Namespace& space, const LinkKey& key);

// `ip -d link show`
[[nodiscard]] std::vector<Properties> listLinks(Namespace& space);

// `ip link add NAME [link PARENT] type KIND ...`, born under its final name in `place.home`; a tap
// as tap.h has it.
// Throws EEXIST when a name is taken; its object is the end whose name that is, and where.
void createLink(const LinkPlace& place, const Properties& spec);

// `ip link set LINK ...`
void changeLink(Namespace& space, const LinkKey& key, const Properties& change);

// `ip link set LINK netns TO [name NAME]`; an empty name keeps the name.
void moveLink(Namespace& space, const LinkKey& key, const Namespace& to, const std::string& name);

// `ip link delete LINK`; returns whether it was there.
[[nodiscard]] bool removeLink(Namespace& space, const LinkKey& key);

}  // namespace netwright
