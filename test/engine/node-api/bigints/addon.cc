// BigInts.

#include "../addon.h"

namespace {

// Reads a BigInt as one C type and makes a BigInt of it again; `lossy` before it if it did not fit.
template <typename Type, auto Read, auto Create>
napi_value through(const Call& call) {
  Type value{};
  bool isLossless = false;
  const napi_status status = Read(call.env, call[0], &value, &isLossless);
  if (status != napi_ok) return toStatus(call.env, status);
  napi_value result = nullptr;
  Create(call.env, value, &result);
  if (isLossless) return result;
  napi_coerce_to_string(call.env, result, &result);
  std::array<char, 32> digits{};
  napi_get_value_string_utf8(call.env, result, digits.data(), digits.size(), nullptr);
  return toText(call.env, std::string("lossy ") + digits.data());
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<through<int64_t, napi_get_value_bigint_int64, napi_create_bigint_int64>>(env, exports,
                                                                                  "asInt64");
  expose<through<uint64_t, napi_get_value_bigint_uint64, napi_create_bigint_uint64>>(env, exports,
                                                                                     "asUint64");
  return exports;
}
