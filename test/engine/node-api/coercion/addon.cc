// Values converted and compared, as operators of scripts do it.

#include "../addon.h"

namespace {

template <auto Coerce>
napi_value coerce(const Call& call) {
  napi_value result = nullptr;
  const napi_status status = Coerce(call.env, call[0], &result);
  return either(call.env, status, result);
}

template <auto Compare>
napi_value compare(const Call& call) {
  bool answer = false;
  const napi_status status = Compare(call.env, call[0], call[1], &answer);
  return either(call.env, status, toBoolean(call.env, answer));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<coerce<napi_coerce_to_bool>>(env, exports, "toBoolean");
  expose<coerce<napi_coerce_to_number>>(env, exports, "toNumber");
  expose<coerce<napi_coerce_to_object>>(env, exports, "toObject");
  expose<coerce<napi_coerce_to_string>>(env, exports, "toText");
  expose<compare<napi_strict_equals>>(env, exports, "isSame");
  expose<compare<napi_instanceof>>(env, exports, "isInstance");
  return exports;
}
