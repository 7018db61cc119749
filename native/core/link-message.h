// Links as rtnetlink messages: ifinfomsg and IFLA_* of <linux/if_link.h>.
#pragma once

#include <cstdint>

#include "attribute-table.h"
#include "message-reader.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// What a link can be given when it is created or changed, besides its kind's data. The binding
// reads these properties from a script's object.
[[nodiscard]] AttributeTable linkTable();

// The header and attributes of a new or changed link: index 0 where the name tells which.
void encodeLink(uint32_t index, const Properties& link, MessageWriter& writer,
                const Attempt& attempt);

// The attribute IFLA_LINKINFO: the property `kind`, and the kind's own data under the kind's name.
// For a veth the other end, property `peer`, and the namespace it is born in (a descriptor, or -1).
void encodeLinkKind(const Properties& link, int peerNamespace, MessageWriter& writer,
                    const Attempt& attempt);

// A received link.
[[nodiscard]] Properties decodeLink(Bytes payload);

}  // namespace netwright
