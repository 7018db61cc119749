// The values of one link, address, route or neighbour, by property name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace netwright {

struct Property;

// A small map in insertion order. Names are views of literals: they come from the attribute tables
// and from this folder's sources, never from input.
class Properties {
 public:
  using List = std::vector<Properties>;
  using Value = std::variant<bool, int64_t, std::string, Properties, List>;

  // Special members are defined where `Property` is complete.
  Properties();
  Properties(const Properties&);
  Properties(Properties&&) noexcept;
  Properties& operator=(const Properties&);
  Properties& operator=(Properties&&) noexcept;
  ~Properties();

  void set(std::string_view name, Value value);
  // The value under `name`, or null.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const std::vector<Property>& all() const { return properties_; }

  // The value under `name`, or `otherwise` when it is absent or of another type.
  [[nodiscard]] int64_t number(std::string_view name, int64_t otherwise = 0) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::string_view text(std::string_view name) const;
  // The properties under `name`, or null.
  [[nodiscard]] const Properties* nested(std::string_view name) const;

 private:
  std::vector<Property> properties_;
};

struct Property {
  std::string_view name;
  Properties::Value value;
};

}  // namespace netwright
