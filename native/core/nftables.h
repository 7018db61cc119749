// nf_tables: <linux/netfilter/nf_tables.h>.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "namespace.h"
#include "properties.h"

namespace netwright {

// Carries out all changes, in order, or none. Throws SystemError about the first change that is
// refused, and EOPNOTSUPP or EPROTONOSUPPORT when the kernel has no nf_tables.
void changeNftables(Namespace& space, const std::vector<Properties>& changes);

// `nft list chain FAMILY TABLE CHAIN` without its rules
[[nodiscard]] std::optional<Properties> findNftChain(Namespace& space, const Properties& key);

// The chains of a table; none when there is no such table.
[[nodiscard]] std::vector<Properties> listNftChains(Namespace& space, const Properties& key);

// The rules of a chain whose comments begin with `commentPrefix`; none when there is no such chain.
[[nodiscard]] std::vector<Properties> listNftRules(Namespace& space, const Properties& key,
                                                   std::string_view commentPrefix = {});

}  // namespace netwright
