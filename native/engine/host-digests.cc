#include <sha512.h>

#include <array>

#include "host-functions.h"

namespace netwright::engine {

namespace {

// sha512(text): string, in lower-case hexadecimal digits
Value sha512(const Arguments& call) {
  const Text text = call.text(0);
  const std::string_view bytes = text.view();
  std::array<char, SHA512_DIGEST_STRING_LENGTH> digits{};
  SHA512Data(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), digits.data());
  return newText(call.context(), {digits.data(), digits.size() - 1});
}

constexpr HostFunction functions[] = {hostFunction<sha512>("sha512", 1)};

}  // namespace

std::span<const HostFunction> digestFunctions() {
  return functions;
}

}  // namespace netwright::engine
