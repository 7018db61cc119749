// Between JavaScript values and the core's.
#pragma once

#include <napi.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../core/attribute-table.h"
#include "../core/link.h"
#include "../core/properties.h"

namespace netwright::binding {

// Converters from JavaScript throw a TypeError that names what is wrong.

// The properties of `object` that the table knows.
[[nodiscard]] Properties readProperties(const Napi::Object& object, AttributeTable table);
// What `createLink` takes: a link, its kind's data, the other end of a veth.
[[nodiscard]] Properties readLinkSpec(const Napi::Value& value);
[[nodiscard]] Napi::Object requireObject(const Napi::Value& value, std::string_view what);
[[nodiscard]] Napi::Array requireArray(const Napi::Value& value, std::string_view what);
[[nodiscard]] std::string requireText(const Napi::Value& value, std::string_view what);
// A copy of the bytes of a Uint8Array.
[[nodiscard]] std::vector<std::byte> requireBytes(const Napi::Value& value, std::string_view what);
[[nodiscard]] uint32_t requireNumber(const Napi::Value& value, std::string_view what);
// The number, or 0 for `undefined`.
[[nodiscard]] uint32_t readNumber(const Napi::Value& value, std::string_view what);
[[nodiscard]] LinkKey readLinkKey(const Napi::Value& value);
// 4 or 6, or 0 for `undefined`, as AF_*.
[[nodiscard]] uint8_t readFamily(const Napi::Value& value);

// What `read` makes of each element of an array.
template <typename Read>
[[nodiscard]] auto readList(const Napi::Value& value, std::string_view what, Read read) {
  const Napi::Array array = requireArray(value, what);
  std::vector<decltype(read(value))> list;
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::HandleScope scope(value.Env());
    list.push_back(read(array.Get(i)));
  }
  return list;
}

[[nodiscard]] Napi::Object toObject(Napi::Env env, const Properties& properties);
[[nodiscard]] Napi::Array toArray(Napi::Env env, const std::vector<Properties>& list);

}  // namespace netwright::binding
