// UTF-8, and what Node.js makes of bytes that are none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace netwright::engine {

// How many bytes at the beginning are UTF-8.
[[nodiscard]] size_t wellFormedLength(std::string_view bytes);

// The text with each ill-formed part replaced by U+FFFD, as the decoder of the Encoding Standard
// does, which Node.js and browsers have.
[[nodiscard]] std::string repaired(std::string_view bytes);

// How many bytes at the end begin a character that the next bytes may complete.
[[nodiscard]] size_t unfinishedLength(std::string_view bytes);

// QuickJS encodes a surrogate without its partner, which has no UTF-8, in three bytes. Replaces
// them by U+FFFD, as Node.js does.
void replaceSurrogates(std::string& bytes);
// Whether there are such.
[[nodiscard]] bool hasSurrogates(std::string_view bytes);

}  // namespace netwright::engine
