// Arrays.

#include "../addon.h"

namespace {

napi_value create(const Call& call) {
  napi_value result = nullptr;
  const napi_status status =
      call.count() == 0
          ? napi_create_array(call.env, &result)
          : napi_create_array_with_length(call.env, static_cast<size_t>(call.number(0)), &result);
  return either(call.env, status, result);
}

// An array of the given length, filled with its indices in order.
napi_value filled(const Call& call) {
  const auto length = static_cast<uint32_t>(call.number(0));
  napi_value result = nullptr;
  napi_create_array_with_length(call.env, length, &result);
  for (uint32_t index = 0; index < length; ++index) {
    napi_set_element(call.env, result, index, toNumber(call.env, index));
  }
  return result;
}

napi_value isArray(const Call& call) {
  bool is = false;
  const napi_status status = napi_is_array(call.env, call[0], &is);
  return either(call.env, status, toBoolean(call.env, is));
}

napi_value lengthOf(const Call& call) {
  uint32_t length = 0;
  const napi_status status = napi_get_array_length(call.env, call[0], &length);
  return either(call.env, status, toNumber(call.env, length));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<create>(env, exports, "create");
  expose<filled>(env, exports, "filled");
  expose<isArray>(env, exports, "isArray");
  expose<lengthOf>(env, exports, "lengthOf");
  return exports;
}
