// References, strong and weak.

#include "../addon.h"

namespace {

// By the number that scripts know them by.
std::vector<napi_ref>& references() {
  static std::vector<napi_ref> all;
  return all;
}

napi_ref& referenceOf(const Call& call) {
  return references().at(static_cast<size_t>(call.number(0)));
}

napi_value create(const Call& call) {
  napi_ref reference = nullptr;
  const napi_status status =
      napi_create_reference(call.env, call[0], static_cast<uint32_t>(call.number(1)), &reference);
  references().push_back(reference);
  return either(call.env, status, toNumber(call.env, static_cast<double>(references().size() - 1)));
}

// The value, or `gone`.
napi_value value(const Call& call) {
  napi_value result = nullptr;
  const napi_status status = napi_get_reference_value(call.env, referenceOf(call), &result);
  return either(call.env, status, result == nullptr ? toText(call.env, "gone") : result);
}

// As `value`, but leaves no handle behind that keeps it until the end of the turn.
napi_value isGone(const Call& call) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(call.env, &scope);
  napi_value result = nullptr;
  napi_get_reference_value(call.env, referenceOf(call), &result);
  napi_close_handle_scope(call.env, scope);
  return toBoolean(call.env, result == nullptr);
}

template <auto Count>
napi_value count(const Call& call) {
  uint32_t result = 0;
  const napi_status status = Count(call.env, referenceOf(call), &result);
  return either(call.env, status, toNumber(call.env, result));
}

napi_value remove(const Call& call) {
  return toStatus(call.env, napi_delete_reference(call.env, referenceOf(call)));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<create>(env, exports, "create");
  expose<value>(env, exports, "value");
  expose<isGone>(env, exports, "isGone");
  expose<count<napi_reference_ref>>(env, exports, "ref");
  expose<count<napi_reference_unref>>(env, exports, "unref");
  expose<remove>(env, exports, "remove");
  return exports;
}
