// Bytes and comments as nf_tables carries them: NFTA_DATA_VALUE and NFTA_*_USERDATA of
// <linux/netfilter/nf_tables.h>.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message-reader.h"
#include "message-writer.h"

namespace netwright {

// `0a0102ff`; nothing for anything but pairs of lower-case hexadecimal digits.
[[nodiscard]] std::optional<std::vector<std::byte>> parseHex(std::string_view text);
[[nodiscard]] std::string formatHex(Bytes bytes);

// struct nft_data: the bytes as NFTA_DATA_VALUE in a nest.
void writeNftData(uint16_t attribute, Bytes value, MessageWriter& writer);
// The bytes in such a nest; nothing when it holds none, or a verdict.
[[nodiscard]] std::optional<Bytes> readNftData(Bytes nest);

// The longest comment that fits a rule's user data (NFT_USERDATA_MAXLEN).
inline constexpr size_t longestNftComment = 253;

// What libnftnl makes of a comment and the kernel keeps unread: a zero for the type, the length,
// the text with its terminating zero. The comment is at most `longestNftComment` long.
void writeNftComment(uint16_t attribute, std::string_view comment, MessageWriter& writer);
// The comment in such user data; nothing when there is none.
[[nodiscard]] std::optional<std::string> readNftComment(Bytes userData);

}  // namespace netwright
