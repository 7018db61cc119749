#include "convert.h"

#include <sys/socket.h>

#include <cmath>
#include <limits>
#include <span>

#include "../core/link-kinds.h"
#include "../core/link-message.h"

namespace netwright::binding {

namespace {

Napi::TypeError wrong(const Napi::Env& env, std::string_view what, std::string_view expected) {
  return Napi::TypeError::New(env, std::string(what) + ": expected " + std::string(expected));
}

// A text as the kernel can take it: a zero inside would cut it.
std::string readText(const Napi::Value& value, std::string_view what) {
  if (!value.IsString()) throw wrong(value.Env(), what, "a string");
  std::string text = value.As<Napi::String>();
  if (text.find('\0') != std::string::npos) {
    throw wrong(value.Env(), what, "a string without zero characters");
  }
  return text;
}

struct NumberRange {
  int64_t least;
  int64_t most;
};

constexpr NumberRange unsigned32 = {0, std::numeric_limits<uint32_t>::max()};
constexpr NumberRange signed32 = {std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max()};
// As far as a JavaScript number is exact: Number.MAX_SAFE_INTEGER.
constexpr NumberRange safe = {0, (int64_t{1} << 53) - 1};

int64_t readWholeNumber(const Napi::Value& value, std::string_view what,
                        NumberRange range = unsigned32) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  const bool isInside = number >= static_cast<double>(range.least) &&
                        number <= static_cast<double>(range.most) && std::trunc(number) == number;
  if (!isInside) {
    throw wrong(
        value.Env(), what,
        "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most));
  }
  return static_cast<int64_t>(number);
}

Properties::Value readValue(const Napi::Value& value, const AttributeRow& row) {
  switch (row.wire) {
    case Wire::flag8:
      if (!value.IsBoolean()) throw wrong(value.Env(), row.property, "a boolean");
      return value.As<Napi::Boolean>().Value();
    case Wire::u8:
    case Wire::u16:
    case Wire::u32:
    case Wire::be32:
      return readWholeNumber(value, row.property);
    case Wire::be64:
      return readWholeNumber(value, row.property, safe);
    case Wire::signedBe32:
      return readWholeNumber(value, row.property, signed32);
    case Wire::name8:
    case Wire::name16:
    case Wire::name32:
    case Wire::text:
    case Wire::mac:
    case Wire::ip:
    case Wire::nameBe32:
    case Wire::nftData:
    case Wire::nftComment:
      return readText(value, row.property);
  }
  throw wrong(value.Env(), row.property, "a known wire type");
}

Napi::Value toValue(Napi::Env env, const Properties::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return Napi::Boolean::New(env, *flag);
  if (const auto* number = std::get_if<int64_t>(&value)) {
    return Napi::Number::New(env, static_cast<double>(*number));
  }
  if (const auto* text = std::get_if<std::string>(&value)) return Napi::String::New(env, *text);
  if (const auto* nested = std::get_if<Properties>(&value)) return toObject(env, *nested);
  return toArray(env, std::get<Properties::List>(value));
}

}  // namespace

Properties readProperties(const Napi::Object& object, AttributeTable table) {
  Properties properties;
  for (const AttributeRow& row : table) {
    const Napi::Value value = object.Get(row.property.data());
    if (!value.IsUndefined()) properties.set(row.property, readValue(value, row));
  }
  return properties;
}

Properties readLinkSpec(const Napi::Value& value) {
  const Napi::Object object = requireObject(value, "link");
  Properties spec = readProperties(object, linkTable());
  const std::string name = requireText(object.Get("kind"), "kind");
  const LinkKind* kind = findLinkKind(name);
  if (kind == nullptr) throw wrong(value.Env(), "kind", "a known kind of link, found " + name);
  spec.set("kind", std::string(kind->name));
  const Napi::Value data = object.Get(std::string(kind->name));
  if (!data.IsUndefined()) {
    spec.set(kind->name, readProperties(requireObject(data, kind->name), kind->table));
  }
  const Napi::Value peer = object.Get("peer");
  if (!peer.IsUndefined()) {
    spec.set("peer", readProperties(requireObject(peer, "peer"), linkTable()));
  }
  return spec;
}

Napi::Object requireObject(const Napi::Value& value, std::string_view what) {
  if (!value.IsObject()) throw wrong(value.Env(), what, "an object");
  return value.As<Napi::Object>();
}

Napi::Array requireArray(const Napi::Value& value, std::string_view what) {
  if (!value.IsArray()) throw wrong(value.Env(), what, "an array");
  return value.As<Napi::Array>();
}

std::string requireText(const Napi::Value& value, std::string_view what) {
  return readText(value, what);
}

std::vector<std::byte> requireBytes(const Napi::Value& value, std::string_view what) {
  const bool isBytes =
      value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
  if (!isBytes) throw wrong(value.Env(), what, "a Uint8Array");
  const auto array = value.As<Napi::Uint8Array>();
  const auto bytes = std::as_bytes(std::span(array.Data(), array.ByteLength()));
  return {bytes.begin(), bytes.end()};
}

uint32_t requireNumber(const Napi::Value& value, std::string_view what) {
  return static_cast<uint32_t>(readWholeNumber(value, what));
}

uint32_t readNumber(const Napi::Value& value, std::string_view what) {
  return value.IsUndefined() ? 0 : requireNumber(value, what);
}

LinkKey readLinkKey(const Napi::Value& value) {
  if (value.IsNumber()) return requireNumber(value, "link");
  return requireText(value, "link");
}

uint8_t readFamily(const Napi::Value& value) {
  switch (readNumber(value, "family")) {
    case 0:
      return AF_UNSPEC;
    case 4:
      return AF_INET;
    case 6:
      return AF_INET6;
    default:
      throw wrong(value.Env(), "family", "4 or 6");
  }
}

Napi::Object toObject(Napi::Env env, const Properties& properties) {
  Napi::Object object = Napi::Object::New(env);
  for (const Property& property : properties.all()) {
    // The names are literals and so end in a zero.
    object.Set(property.name.data(), toValue(env, property.value));
  }
  return object;
}

Napi::Array toArray(Napi::Env env, const std::vector<Properties>& list) {
  Napi::Array array = Napi::Array::New(env, list.size());
  uint32_t position = 0;
  for (const Properties& properties : list) {
    const Napi::HandleScope scope(env);
    array.Set(position++, toObject(env, properties));
  }
  return array;
}

}  // namespace netwright::binding
