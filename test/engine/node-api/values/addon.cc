// Values of scripts in C, and the other way round.

#include "../addon.h"

namespace {

constexpr std::array typeNames = {"undefined", "null",   "boolean",  "number",   "string",
                                  "symbol",    "object", "function", "external", "bigint"};

napi_value typeOf(const Call& call) {
  napi_valuetype type = napi_undefined;
  napi_typeof(call.env, call[0], &type);
  return toText(call.env, typeNames.at(type));
}

// The constants: undefined, null, the global object, true and false.
napi_value constants(const Call& call) {
  std::array<napi_value, 5> values{};
  napi_get_undefined(call.env, &values[0]);
  napi_get_null(call.env, &values[1]);
  napi_get_global(call.env, &values[2]);
  napi_get_boolean(call.env, true, &values[3]);
  napi_get_boolean(call.env, false, &values[4]);
  napi_value list = nullptr;
  napi_create_array_with_length(call.env, values.size(), &list);
  for (uint32_t position = 0; position < values.size(); ++position) {
    napi_set_element(call.env, list, position, values.at(position));
  }
  return list;
}

napi_value emptyObject(const Call& call) {
  napi_value result = nullptr;
  napi_create_object(call.env, &result);
  return result;
}

// Reads a number as one C type and makes a number of it again.
template <typename Type, auto Read, auto Create>
napi_value through(const Call& call) {
  Type value{};
  const napi_status status = Read(call.env, call[0], &value);
  if (status != napi_ok) return toStatus(call.env, status);
  napi_value result = nullptr;
  Create(call.env, value, &result);
  return result;
}

// An int64 does not fit into a number: as text.
napi_value asInt64(const Call& call) {
  int64_t value = 0;
  const napi_status status = napi_get_value_int64(call.env, call[0], &value);
  return either(call.env, status, toText(call.env, std::to_string(value)));
}

napi_value fromInt64(const Call& call) {
  napi_value result = nullptr;
  napi_create_int64(call.env, std::stoll(call.text(0)), &result);
  return result;
}

napi_value asBoolean(const Call& call) {
  bool value = false;
  const napi_status status = napi_get_value_bool(call.env, call[0], &value);
  return either(call.env, status, toBoolean(call.env, value));
}

std::string hex(const char* bytes, size_t length) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (size_t position = 0; position < length; ++position) {
    const auto byte = static_cast<unsigned char>(bytes[position]);
    result += digits[byte >> 4U];
    result += digits[byte & 15U];
  }
  return result;
}

napi_value lengthOf(const Call& call) {
  size_t length = 0;
  const napi_status status = napi_get_value_string_utf8(call.env, call[0], nullptr, 0, &length);
  return either(call.env, status, toNumber(call.env, static_cast<double>(length)));
}

// bytesOf(text, room): what is in a buffer of that size, and behind a colon the length.
napi_value bytesOf(const Call& call) {
  const auto room = static_cast<size_t>(call.number(1));
  std::vector<char> buffer(room + 1, '#');
  size_t length = 0;
  const napi_status status =
      napi_get_value_string_utf8(call.env, call[0], buffer.data(), room, &length);
  if (buffer[room] != '#') std::abort();
  const std::string result = hex(buffer.data(), room == 0 ? 0 : length + 1);
  return either(call.env, status, toText(call.env, result + ':' + std::to_string(length)));
}

// fromBytes(hex): a string of these bytes.
napi_value fromBytes(const Call& call) {
  const std::string digits = call.text(0);
  std::string bytes;
  for (size_t position = 0; position < digits.size(); position += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(position, 2), nullptr, 16));
  }
  napi_value result = nullptr;
  const napi_status status = napi_create_string_utf8(call.env, bytes.data(), bytes.size(), &result);
  return either(call.env, status, result);
}

napi_value untilZero(const Call& call) {
  napi_value result = nullptr;
  napi_create_string_utf8(call.env, "until\0zero", NAPI_AUTO_LENGTH, &result);
  return result;
}

napi_value fromNull(const Call& call) {
  napi_value result = nullptr;
  const bool isEmpty = napi_create_string_utf8(call.env, nullptr, 0, &result) == napi_ok;
  const napi_status status = napi_create_string_utf8(call.env, nullptr, 1, &result);
  return isEmpty ? toStatus(call.env, status) : nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<typeOf>(env, exports, "typeOf");
  expose<constants>(env, exports, "constants");
  expose<emptyObject>(env, exports, "emptyObject");
  expose<through<double, napi_get_value_double, napi_create_double>>(env, exports, "asDouble");
  expose<through<int32_t, napi_get_value_int32, napi_create_int32>>(env, exports, "asInt32");
  expose<through<uint32_t, napi_get_value_uint32, napi_create_uint32>>(env, exports, "asUint32");
  expose<asInt64>(env, exports, "asInt64");
  expose<fromInt64>(env, exports, "fromInt64");
  expose<asBoolean>(env, exports, "asBoolean");
  expose<lengthOf>(env, exports, "lengthOf");
  expose<bytesOf>(env, exports, "bytesOf");
  expose<fromBytes>(env, exports, "fromBytes");
  expose<untilZero>(env, exports, "untilZero");
  expose<fromNull>(env, exports, "fromNull");
  return exports;
}
