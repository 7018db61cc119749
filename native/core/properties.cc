#include "properties.h"

#include <algorithm>

namespace netwright {

Properties::Properties() = default;
Properties::Properties(const Properties&) = default;
Properties::Properties(Properties&&) noexcept = default;
Properties& Properties::operator=(const Properties&) = default;
Properties& Properties::operator=(Properties&&) noexcept = default;
Properties::~Properties() = default;

void Properties::set(std::string_view name, Value value) {
  // Enough for most: growing step by step would move what is there again and again.
  constexpr size_t usualSize = 16;
  if (properties_.capacity() == 0) properties_.reserve(usualSize);
  properties_.push_back(Property{name, std::move(value)});
}

const Properties::Value* Properties::find(std::string_view name) const {
  const auto found = std::ranges::find(properties_, name, &Property::name);
  return found == properties_.end() ? nullptr : &found->value;
}

int64_t Properties::number(std::string_view name, int64_t otherwise) const {
  const Value* value = find(name);
  const auto* number = value == nullptr ? nullptr : std::get_if<int64_t>(value);
  return number == nullptr ? otherwise : *number;
}

bool Properties::flag(std::string_view name) const {
  const Value* value = find(name);
  const auto* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

std::string_view Properties::text(std::string_view name) const {
  const Value* value = find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string_view{} : std::string_view(*text);
}

const Properties* Properties::nested(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr ? nullptr : std::get_if<Properties>(value);
}

}  // namespace netwright
