#include <sys/random.h>

#include <vector>

#include "host-functions.h"

namespace netwright::engine {

namespace {

constexpr double maxCount = 65536;

// randomBytes(count): Uint8Array, of at most 65536
Value randomBytes(const Arguments& call) {
  JSContext* context = call.context();
  const double count = call.number(0);
  // Negated, as no comparison with a NaN holds.
  if (!(count >= 0 && count <= maxCount)) throw Refusal{EINVAL};
  std::vector<uint8_t> bytes(static_cast<size_t>(count));
  for (size_t filled = 0; filled < bytes.size();) {
    filled += static_cast<size_t>(
        complete([&] { return ::getrandom(bytes.data() + filled, bytes.size() - filled, 0); }));
  }
  const Value buffer =
      requireValue(context, JS_NewArrayBufferCopy(context, bytes.data(), bytes.size()));
  // QuickJS looks at an offset and a length, whatever their number.
  JSValueConst arguments[] = {buffer.get(), JS_UNDEFINED, JS_UNDEFINED};
  return requireValue(context, JS_NewTypedArray(context, 3, arguments, JS_TYPED_ARRAY_UINT8));
}

constexpr HostFunction functions[] = {hostFunction<randomBytes>("randomBytes", 1)};

}  // namespace

std::span<const HostFunction> randomFunctions() {
  return functions;
}

}  // namespace netwright::engine
