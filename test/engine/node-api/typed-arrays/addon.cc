// Array buffers and typed arrays.

#include "../addon.h"

namespace {

// buffer(size): a buffer with the bytes 0, 1, 2, ...; or `dirty` if it was not zeros.
napi_value buffer(const Call& call) {
  const auto size = static_cast<size_t>(call.number(0));
  void* data = nullptr;
  napi_value result = nullptr;
  const napi_status status = napi_create_arraybuffer(call.env, size, &data, &result);
  if (status != napi_ok) return toStatus(call.env, status);
  auto* bytes = static_cast<unsigned char*>(data);
  for (size_t position = 0; position < size; ++position) {
    if (bytes[position] != 0) return toText(call.env, "dirty");
    bytes[position] = static_cast<unsigned char>(position);
  }
  return result;
}

// The size of a buffer, after adding one to each of its bytes.
napi_value increment(const Call& call) {
  void* data = nullptr;
  size_t size = 0;
  const napi_status status = napi_get_arraybuffer_info(call.env, call[0], &data, &size);
  auto* bytes = static_cast<unsigned char*>(data);
  for (size_t position = 0; position < size; ++position) bytes[position] += 1;
  return either(call.env, status, toNumber(call.env, static_cast<double>(size)));
}

template <auto Ask>
napi_value is(const Call& call) {
  bool answer = false;
  Ask(call.env, call[0], &answer);
  return toBoolean(call.env, answer);
}

// create(type, length, buffer, offset)
napi_value create(const Call& call) {
  napi_value result = nullptr;
  const napi_status status = napi_create_typedarray(
      call.env, static_cast<napi_typedarray_type>(call.number(0)),
      static_cast<size_t>(call.number(1)), call[2], static_cast<size_t>(call.number(3)), &result);
  return either(call.env, status, result);
}

// What is known of a typed array: type, length, buffer, offset, and the first byte of its content.
napi_value describe(const Call& call) {
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  napi_value owner = nullptr;
  size_t offset = 0;
  const napi_status status =
      napi_get_typedarray_info(call.env, call[0], &type, &length, &data, &owner, &offset);
  if (status != napi_ok) return toStatus(call.env, status);
  const std::array parts = {
      toNumber(call.env, type), toNumber(call.env, static_cast<double>(length)), owner,
      toNumber(call.env, static_cast<double>(offset)),
      toNumber(call.env, length == 0 ? 0 : *static_cast<unsigned char*>(data))};
  napi_value list = nullptr;
  napi_create_array(call.env, &list);
  for (uint32_t position = 0; position < parts.size(); ++position) {
    napi_set_element(call.env, list, position, parts.at(position));
  }
  return list;
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<buffer>(env, exports, "buffer");
  expose<increment>(env, exports, "increment");
  expose<is<napi_is_arraybuffer>>(env, exports, "isBuffer");
  expose<is<napi_is_typedarray>>(env, exports, "isTypedArray");
  expose<create>(env, exports, "create");
  expose<describe>(env, exports, "describe");
  return exports;
}
