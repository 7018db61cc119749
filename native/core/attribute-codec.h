// The one encoder of attributes; the one decoder comes along.
#pragma once

#include "address-text.h"
#include "attribute-decoder.h"
#include "attribute-table.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// Writes every property of the table that is present. Throws EINVAL, or ERANGE for a number that
// does not fit, naming the property.
void encodeAttributes(AttributeTable table, const Properties& properties, MessageWriter& writer,
                      const Attempt& attempt);

// The address under `property`. Throws EINVAL naming the property when there is none.
[[nodiscard]] IpBytes requireIp(const Properties& properties, std::string_view property,
                                const Attempt& attempt);

// The number under `property`, or `otherwise`, as an unsigned number of the kernel's width. Throws
// ERANGE naming the property when it does not fit.
template <std::unsigned_integral Number>
[[nodiscard]] Number numberOr(const Properties& properties, std::string_view property,
                              Number otherwise, const Attempt& attempt);

}  // namespace netwright
