// The one decoder of attributes.
#pragma once

#include "attribute-table.h"
#include "message-reader.h"
#include "properties.h"

namespace netwright {

// Sets the property of one received attribute, if the table has it and it has the right size. A
// number without a name in a named row is left out, as is a hardware address of another length.
void decodeAttribute(AttributeTable table, const Attribute& attribute, Properties& into);

// The same for every attribute in `bytes`.
void decodeAttributes(AttributeTable table, Bytes bytes, Properties& into);

}  // namespace netwright
