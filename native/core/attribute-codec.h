// The one encoder and the one decoder of attributes.
#pragma once

#include "address-text.h"
#include "attribute-table.h"
#include "message-reader.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// Writes every property of the table that is present. Throws EINVAL, or ERANGE for a number that
// does not fit, naming the property.
void encodeAttributes(AttributeTable table, const Properties& properties, MessageWriter& writer,
                      const Attempt& attempt);

// Sets the property of one received attribute, if the table has it and it has the right size. A
// number without a name in a named row is left out, as is a hardware address of another length.
void decodeAttribute(AttributeTable table, const Attribute& attribute, Properties& into);

// The same for every attribute in `bytes`.
void decodeAttributes(AttributeTable table, Bytes bytes, Properties& into);

// The address under `property`. Throws EINVAL naming the property when there is none.
[[nodiscard]] IpBytes requireIp(const Properties& properties, std::string_view property,
                                const Attempt& attempt);

// The number under `property`, or `otherwise`, as an unsigned number of the kernel's width. Throws
// ERANGE naming the property when it does not fit.
template <std::unsigned_integral Number>
[[nodiscard]] Number numberOr(const Properties& properties, std::string_view property,
                              Number otherwise, const Attempt& attempt);

}  // namespace netwright
