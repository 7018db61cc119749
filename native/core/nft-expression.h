// The steps of a rule as nf_tables messages carry them: NFTA_RULE_EXPRESSIONS of
// <linux/netfilter/nf_tables.h>.
#pragma once

#include "message-reader.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// Writes NFTA_RULE_EXPRESSIONS. Throws EINVAL naming a kind that cannot be added.
void encodeNftExpressions(const Properties::List& expressions, MessageWriter& writer,
                          const Attempt& attempt);

// Each expression with its property `kind`. One that is of none of our kinds, or says more than
// its kind has properties for, is of the kind `other` and has the kernel's `name`.
[[nodiscard]] Properties::List decodeNftExpressions(Bytes bytes);

}  // namespace netwright
