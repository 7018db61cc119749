#include "neighbour.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <array>

#include "attribute-codec.h"
#include "gather.h"

namespace netwright {

namespace {

constexpr std::array states = {
    NamedNumber{"none", NUD_NONE},           NamedNumber{"incomplete", NUD_INCOMPLETE},
    NamedNumber{"reachable", NUD_REACHABLE}, NamedNumber{"stale", NUD_STALE},
    NamedNumber{"delay", NUD_DELAY},         NamedNumber{"probe", NUD_PROBE},
    NamedNumber{"failed", NUD_FAILED},       NamedNumber{"noarp", NUD_NOARP},
    NamedNumber{"permanent", NUD_PERMANENT},
};

constexpr std::array table = {
    AttributeRow{"link", inHeader, Wire::u32},
    AttributeRow{"state", inHeader, Wire::name8, states},
    AttributeRow{"address", NDA_DST, Wire::ip},
    AttributeRow{"mac", NDA_LLADDR, Wire::mac},
};

static_assert(hasNoDuplicates(table));

std::string describe(Namespace& space, const Properties& neighbour) {
  return std::string(neighbour.text("address")) + " on link " +
         std::to_string(neighbour.number("link")) + " in " + space.file().path();
}

void encode(const Properties& neighbour, MessageWriter& writer, const Attempt& attempt) {
  ndmsg header{};
  header.ndm_family = requireIp(neighbour, "address", attempt).family;
  header.ndm_ifindex = static_cast<int>(numberOr<uint32_t>(neighbour, "link", 0, attempt));
  const std::string_view name = neighbour.text("state");
  const NamedNumber* state = findNumber(states, name.empty() ? "permanent" : name);
  if (state == nullptr) fail(attempt, EINVAL, "property state has no value " + std::string(name));
  header.ndm_state = static_cast<uint16_t>(state->number);
  writer.header(header);
  encodeAttributes(table, neighbour, writer, attempt);
}

// Nothing for what has no IP address.
std::optional<Properties> decode(Bytes payload) {
  Properties neighbour;
  const auto header = readStructure<ndmsg>(payload);
  if (!header) return std::nullopt;
  neighbour.set("link", int64_t{header->ndm_ifindex});
  const NamedNumber* state = findName(states, header->ndm_state);
  neighbour.set("state", std::string(state == nullptr ? "none" : state->name));
  decodeAttributes(table, afterStructure<ndmsg>(payload), neighbour);
  // Bridges keep their forwarding entries in the same lists.
  if (!neighbour.has("address")) return std::nullopt;
  return neighbour;
}

}  // namespace

AttributeTable neighbourTable() {
  return table;
}

void setNeighbour(Namespace& space, const Properties& neighbour) {
  const Attempt attempt{"set neighbour", describe(space, neighbour)};
  MessageWriter writer(RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  encode(neighbour, writer, attempt);
  space.socket().request(writer, attempt);
}

bool removeNeighbour(Namespace& space, const Properties& neighbour) {
  const Attempt attempt{"remove neighbour", describe(space, neighbour)};
  MessageWriter writer(RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK);
  encode(neighbour, writer, attempt);
  return space.socket().requestIfThere(writer, ENOENT, attempt);
}

std::vector<Properties> listNeighbours(Namespace& space, uint32_t link, uint8_t family) {
  ndmsg header{};
  header.ndm_family = family;
  MessageWriter writer(RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP);
  writer.header(header);
  // The strict check wants this filter as an attribute; ndm_ifindex must be 0
  // (neigh_valid_dump_req).
  if (link != 0) writer.number(NDA_IFINDEX, link);
  std::vector<Properties> neighbours;
  space.socket().dump(writer, {"list neighbours", "in " + space.file().path()},
                      gatherInto(neighbours, decode));
  return neighbours;
}

}  // namespace netwright
