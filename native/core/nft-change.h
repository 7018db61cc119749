// The steps of an nf_tables transaction.
#pragma once

#include <string>

#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// A step as an error message speaks of it: "add rule", "to chain c of table inet t in PLACE".
// Throws EINVAL when there is no such operation.
[[nodiscard]] Attempt describeNftChange(const Properties& change, const std::string& place);

// The message of a step. Throws EINVAL when it does not say what it is about: the kernel would take
// that for all there is.
[[nodiscard]] MessageWriter encodeNftChange(const Properties& change, const Attempt& attempt);

}  // namespace netwright
