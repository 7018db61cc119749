// The steps of a rule: a table per kind, after <linux/netfilter/nf_tables.h>.
#pragma once

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <array>
#include <string_view>

#include "attribute-table.h"

namespace netwright {

inline constexpr std::array nftMetaKeys = {
    NamedNumber{"protocol", NFT_META_PROTOCOL},
    NamedNumber{"nfproto", NFT_META_NFPROTO},
    NamedNumber{"iifname", NFT_META_IIFNAME},
    NamedNumber{"oifname", NFT_META_OIFNAME},
};

inline constexpr std::array nftPayloadBases = {
    NamedNumber{"link", NFT_PAYLOAD_LL_HEADER},
    NamedNumber{"network", NFT_PAYLOAD_NETWORK_HEADER},
    NamedNumber{"transport", NFT_PAYLOAD_TRANSPORT_HEADER},
};

inline constexpr std::array nftOperators = {
    NamedNumber{"equal", NFT_CMP_EQ},
    NamedNumber{"unequal", NFT_CMP_NEQ},
};

// Those of nf_tables are negative numbers, those of <linux/netfilter.h> are not.
inline constexpr std::array nftVerdicts = {
    NamedNumber{"accept", NF_ACCEPT},
    NamedNumber{"drop", NF_DROP},
    NamedNumber{"return", static_cast<uint32_t>(NFT_RETURN)},
    NamedNumber{"jump", static_cast<uint32_t>(NFT_JUMP)},
    NamedNumber{"goto", static_cast<uint32_t>(NFT_GOTO)},
};

inline constexpr std::array nftMetaTable = {
    AttributeRow{"key", NFTA_META_KEY, Wire::nameBe32, nftMetaKeys},
    AttributeRow{"register", NFTA_META_DREG, Wire::be32},
};

inline constexpr std::array nftPayloadTable = {
    AttributeRow{"register", NFTA_PAYLOAD_DREG, Wire::be32},
    AttributeRow{"base", NFTA_PAYLOAD_BASE, Wire::nameBe32, nftPayloadBases},
    AttributeRow{"offset", NFTA_PAYLOAD_OFFSET, Wire::be32},
    AttributeRow{"length", NFTA_PAYLOAD_LEN, Wire::be32},
};

inline constexpr std::array nftComparisonTable = {
    AttributeRow{"register", NFTA_CMP_SREG, Wire::be32},
    AttributeRow{"operator", NFTA_CMP_OP, Wire::nameBe32, nftOperators},
    AttributeRow{"value", NFTA_CMP_DATA, Wire::nftData},
};

// The rest of these two kinds says the same once more, or always the same: nft-expression.cc.
inline constexpr std::array nftBitwiseTable = {
    AttributeRow{"register", NFTA_BITWISE_SREG, Wire::be32},
    AttributeRow{"mask", NFTA_BITWISE_MASK, Wire::nftData},
};
inline constexpr std::array nftVerdictTable = {
    AttributeRow{"verdict", NFTA_VERDICT_CODE, Wire::nameBe32, nftVerdicts},
    AttributeRow{"chain", NFTA_VERDICT_CHAIN, Wire::text},
};

static_assert(hasNoDuplicates(nftMetaTable) && hasNoDuplicates(nftPayloadTable) &&
              hasNoDuplicates(nftComparisonTable) && hasNoDuplicates(nftBitwiseTable) &&
              hasNoDuplicates(nftVerdictTable));

// A kind of expression: our name of it, the kernel's (NFTA_EXPR_NAME), and its properties.
struct NftExpressionKind {
  std::string_view name;
  std::string_view kernelName;
  AttributeTable table;
};

inline constexpr std::array nftExpressionKinds = {
    NftExpressionKind{"meta", "meta", nftMetaTable},
    NftExpressionKind{"payload", "payload", nftPayloadTable},
    NftExpressionKind{"bitwise", "bitwise", nftBitwiseTable},
    NftExpressionKind{"comparison", "cmp", nftComparisonTable},
    NftExpressionKind{"verdict", "immediate", nftVerdictTable},
    NftExpressionKind{"counter", "counter", {}},
    NftExpressionKind{"masquerade", "masq", {}},
};

[[nodiscard]] constexpr const NftExpressionKind* findNftExpressionKind(std::string_view name) {
  for (const NftExpressionKind& kind : nftExpressionKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

}  // namespace netwright
