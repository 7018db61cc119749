// Handles and their scopes.

#include "../addon.h"

namespace {

// More than fit into one chunk of our stack of handles.
constexpr uint32_t many = 3000;

// The sum of numbers that are read after all have been made.
napi_value sumOfMany(const Call& call) {
  std::vector<napi_value> handles(many);
  for (uint32_t number = 0; number < many; ++number) {
    napi_create_uint32(call.env, number, &handles[number]);
  }
  double sum = 0;
  for (napi_value handle : handles) {
    double number = 0;
    napi_get_value_double(call.env, handle, &number);
    sum += number;
  }
  return toNumber(call.env, sum);
}

// An array of objects, each made in a scope of its own.
napi_value listInScopes(const Call& call) {
  napi_value list = nullptr;
  napi_create_array(call.env, &list);
  for (uint32_t number = 0; number < many; ++number) {
    napi_handle_scope scope = nullptr;
    napi_open_handle_scope(call.env, &scope);
    napi_value object = nullptr;
    napi_create_object(call.env, &object);
    napi_set_named_property(call.env, object, "number", toNumber(call.env, number));
    napi_set_element(call.env, list, number, object);
    napi_close_handle_scope(call.env, scope);
  }
  return list;
}

napi_value escaped(const Call& call) {
  napi_escapable_handle_scope outer = nullptr;
  napi_open_escapable_handle_scope(call.env, &outer);
  napi_escapable_handle_scope inner = nullptr;
  napi_open_escapable_handle_scope(call.env, &inner);
  napi_value object = nullptr;
  napi_create_object(call.env, &object);
  napi_set_named_property(call.env, object, "is", call[0]);
  napi_value once = nullptr;
  napi_escape_handle(call.env, inner, object, &once);
  napi_close_escapable_handle_scope(call.env, inner);
  napi_value twice = nullptr;
  napi_escape_handle(call.env, outer, once, &twice);
  napi_close_escapable_handle_scope(call.env, outer);
  return twice;
}

napi_value escapedTwice(const Call& call) {
  napi_escapable_handle_scope scope = nullptr;
  napi_open_escapable_handle_scope(call.env, &scope);
  napi_value first = nullptr;
  napi_escape_handle(call.env, scope, call[0], &first);
  napi_value second = nullptr;
  const napi_status status = napi_escape_handle(call.env, scope, call[1], &second);
  napi_close_escapable_handle_scope(call.env, scope);
  return either(call.env, status, first);
}

napi_value closedTooOften(const Call& call) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(call.env, &scope);
  napi_close_handle_scope(call.env, scope);
  return toStatus(call.env, napi_close_handle_scope(call.env, scope));
}

// An exception that was thrown in a scope is still there when the scope has gone.
napi_value throwInScope(const Call& call) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(call.env, &scope);
  napi_value object = nullptr;
  napi_create_object(call.env, &object);
  napi_set_named_property(call.env, object, "is", call[0]);
  napi_throw(call.env, object);
  napi_close_handle_scope(call.env, scope);
  return nullptr;
}

// What a script was given stays while the script calls the addon again.
napi_value nested(const Call& call) {
  napi_value object = nullptr;
  napi_create_object(call.env, &object);
  napi_value result = nullptr;
  napi_call_function(call.env, call.receiver, call[0], 1, &object, &result);
  bool isSame = false;
  napi_strict_equals(call.env, object, result, &isSame);
  return toBoolean(call.env, isSame);
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<sumOfMany>(env, exports, "sumOfMany");
  expose<listInScopes>(env, exports, "listInScopes");
  expose<escaped>(env, exports, "escaped");
  expose<escapedTwice>(env, exports, "escapedTwice");
  expose<closedTooOften>(env, exports, "closedTooOften");
  expose<throwInScope>(env, exports, "throwInScope");
  expose<nested>(env, exports, "nested");
  return exports;
}
