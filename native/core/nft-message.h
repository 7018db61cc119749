// Tables, chains and rules as nf_tables messages: NFTA_TABLE_*, NFTA_CHAIN_* and NFTA_RULE_* of
// <linux/netfilter/nf_tables.h>.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "attribute-table.h"
#include "message-reader.h"
#include "message-writer.h"
#include "properties.h"
#include "system-error.h"

namespace netwright {

// What names a table, a chain or a rule, and says more of it: `family`, `table`, `chain`, `handle`,
// `comment`. The binding reads these properties from a script's object.
[[nodiscard]] AttributeTable nftKeyTable();
// The property `hook` of a base chain.
[[nodiscard]] AttributeTable nftHookTable();

// nlmsg_type of NFT_MSG_*.
[[nodiscard]] uint16_t nftMessageType(uint16_t message);

// The fixed header of every nf_tables message. Throws EINVAL when there is no such family.
void encodeNftFamily(const Properties& key, MessageWriter& writer, const Attempt& attempt);
// The attributes of NFT_MSG_*TABLE, NFT_MSG_*CHAIN and NFT_MSG_*RULE.
void encodeNftTable(const Properties& table, MessageWriter& writer, const Attempt& attempt);
void encodeNftChain(const Properties& chain, MessageWriter& writer, const Attempt& attempt);
void encodeNftRule(const Properties& rule, MessageWriter& writer, const Attempt& attempt);

// A received chain or rule; nothing for one of another family than ours, or cut short.
[[nodiscard]] std::optional<Properties> decodeNftChain(Bytes payload);
// Nor for a rule whose comment begins otherwise: of thousands of rules few are wanted.
[[nodiscard]] std::optional<Properties> decodeNftRule(Bytes payload,
                                                      std::string_view commentPrefix = {});

}  // namespace netwright
