// Array buffers and the typed arrays on them.

#include <array>

#include "../value.h"
#include "call.h"

using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::scriptCall;
using netwright::engine::Value;
using netwright::engine::valueOf;

namespace {

struct Kind {
  napi_typedarray_type type;
  JSTypedArrayEnum engineType;
  size_t elementSize;
};

constexpr std::array kinds = {
    Kind{napi_int8_array, JS_TYPED_ARRAY_INT8, 1},
    Kind{napi_uint8_array, JS_TYPED_ARRAY_UINT8, 1},
    Kind{napi_uint8_clamped_array, JS_TYPED_ARRAY_UINT8C, 1},
    Kind{napi_int16_array, JS_TYPED_ARRAY_INT16, 2},
    Kind{napi_uint16_array, JS_TYPED_ARRAY_UINT16, 2},
    Kind{napi_int32_array, JS_TYPED_ARRAY_INT32, 4},
    Kind{napi_uint32_array, JS_TYPED_ARRAY_UINT32, 4},
    Kind{napi_float32_array, JS_TYPED_ARRAY_FLOAT32, 4},
    Kind{napi_float64_array, JS_TYPED_ARRAY_FLOAT64, 8},
    Kind{napi_bigint64_array, JS_TYPED_ARRAY_BIG_INT64, 8},
    Kind{napi_biguint64_array, JS_TYPED_ARRAY_BIG_UINT64, 8},
};

const Kind* findKind(napi_typedarray_type type) {
  for (const Kind& kind : kinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

// Of a typed array; null for anything else.
const Kind* kindOf(JSValueConst value) {
  const JSClassID id = JS_GetClassID(value);
  for (const Kind& kind : kinds) {
    if (id == JS_CLASS_UINT8C_ARRAY + static_cast<JSClassID>(kind.engineType)) return &kind;
  }
  return nullptr;
}

bool isArrayBuffer(JSValueConst value) {
  return JS_GetClassID(value) == JS_CLASS_ARRAY_BUFFER;
}

void freeBytes(JSRuntime* runtime, void* /*opaque*/, void* bytes) {
  js_free_rt(runtime, bytes);
}

struct Bytes {
  uint8_t* data;
  size_t size;
};

// Those of an array buffer; none if it is detached.
Bytes bytesOf(JSContext* context, JSValueConst buffer) {
  Bytes bytes{nullptr, 0};
  bytes.data = JS_GetArrayBuffer(context, &bytes.size, buffer);
  if (bytes.data == nullptr) JS_FreeValue(context, JS_GetException(context));
  return bytes;
}

struct Place {
  size_t offset;
  size_t length;
};

napi_status checkPlace(napi_env env, const Kind& kind, const Place& place, size_t size) {
  if (place.offset % kind.elementSize != 0) {
    napi_throw_range_error(env, "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT",
                           "the offset of a typed array is not a multiple of its element's size");
    return napi_invalid_arg;
  }
  if (place.offset > size || place.length > (size - place.offset) / kind.elementSize) {
    napi_throw_range_error(env, "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH",
                           "the typed array is longer than its buffer");
    return napi_invalid_arg;
  }
  return napi_ok;
}

}  // namespace

napi_status napi_is_arraybuffer(napi_env env, napi_value value, bool* result) {
  return basicCall(env, given(value, result), [&] {
    *result = isArrayBuffer(valueOf(value));
    return napi_ok;
  });
}

napi_status napi_create_arraybuffer(napi_env env, size_t size, void** data, napi_value* result) {
  return scriptCall(env, given(result), [&] {
    JSContext* context = env->context();
    auto* bytes = static_cast<uint8_t*>(js_mallocz(context, size));
    if (bytes == nullptr) return env->takeException();
    JSValue buffer = JS_NewArrayBuffer(context, bytes, size, freeBytes, nullptr, 0);
    if (JS_IsException(buffer) != 0) js_free(context, bytes);
    if (data != nullptr) *data = bytes;
    return env->give(result, buffer);
  });
}

napi_status napi_get_arraybuffer_info(napi_env env, napi_value buffer, void** data, size_t* size) {
  return basicCall(env, given(buffer), [&] {
    if (!isArrayBuffer(valueOf(buffer))) return napi_invalid_arg;
    const Bytes bytes = bytesOf(env->context(), valueOf(buffer));
    if (data != nullptr) *data = bytes.data;
    if (size != nullptr) *size = bytes.size;
    return napi_ok;
  });
}

napi_status napi_is_typedarray(napi_env env, napi_value value, bool* result) {
  return basicCall(env, given(value, result), [&] {
    *result = kindOf(valueOf(value)) != nullptr;
    return napi_ok;
  });
}

napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type, size_t length,
                                   napi_value buffer, size_t offset, napi_value* result) {
  return scriptCall(env, given(buffer, result), [&] {
    if (!isArrayBuffer(valueOf(buffer))) return napi_invalid_arg;
    const Kind* kind = findKind(type);
    if (kind == nullptr) return napi_invalid_arg;
    JSContext* context = env->context();
    const napi_status status =
        checkPlace(env, *kind, {offset, length}, bytesOf(context, valueOf(buffer)).size);
    if (status != napi_ok) return status;
    std::array<JSValueConst, 3> arguments{valueOf(buffer),
                                          JS_NewInt64(context, static_cast<int64_t>(offset)),
                                          JS_NewInt64(context, static_cast<int64_t>(length))};
    return env->give(
        result, JS_NewTypedArray(context, arguments.size(), arguments.data(), kind->engineType));
  });
}

napi_status napi_get_typedarray_info(napi_env env, napi_value array, napi_typedarray_type* type,
                                     size_t* length, void** data, napi_value* buffer,
                                     size_t* offset) {
  return basicCall(env, given(array), [&] {
    const Kind* kind = kindOf(valueOf(array));
    if (kind == nullptr) return napi_invalid_arg;
    JSContext* context = env->context();
    size_t start = 0;
    size_t size = 0;
    Value owner(context, JS_GetTypedArrayBuffer(context, valueOf(array), &start, &size, nullptr));
    if (owner.isException()) return env->takeException();
    uint8_t* bytes = bytesOf(context, owner.get()).data;
    if (type != nullptr) *type = kind->type;
    if (length != nullptr) *length = size / kind->elementSize;
    if (data != nullptr) *data = bytes == nullptr ? nullptr : bytes + start;
    if (offset != nullptr) *offset = start;
    if (buffer != nullptr) *buffer = env->handles().push(owner.release());
    return napi_ok;
  });
}
