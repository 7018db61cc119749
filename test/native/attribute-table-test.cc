#include "core/attribute-table.h"

#include <array>

#include "lab.h"

namespace netwright::test {

namespace {

constexpr std::array colours = {NamedNumber{"red", 1}, NamedNumber{"blue", 4}};

TEST(AttributeTable, hasNoDuplicatesWhenRowsDiffer) {
  constexpr std::array rows = {AttributeRow{"mtu", 4, Wire::u32},
                               AttributeRow{"mac", 1, Wire::mac}};
  static_assert(hasNoDuplicates(rows));
}

TEST(AttributeTable, knowsAPropertyInTwoRows) {
  constexpr std::array rows = {AttributeRow{"mtu", 4, Wire::u32},
                               AttributeRow{"mtu", 1, Wire::mac}};
  static_assert(!hasNoDuplicates(rows));
}

TEST(AttributeTable, knowsAnAttributeInTwoRows) {
  constexpr std::array rows = {AttributeRow{"mtu", 4, Wire::u32},
                               AttributeRow{"mac", 4, Wire::mac}};
  static_assert(!hasNoDuplicates(rows));
}

TEST(AttributeTable, letsManyPropertiesLiveInTheHeader) {
  constexpr std::array rows = {AttributeRow{"index", inHeader, Wire::u32},
                               AttributeRow{"isUp", inHeader, Wire::flag8}};
  static_assert(hasNoDuplicates(rows));
}

TEST(NamedNumber, isFoundByEitherSide) {
  static_assert(findName(colours, 4)->name == "blue");
  static_assert(findNumber(colours, "red")->number == 1);
  static_assert(findName(colours, 2) == nullptr);
  static_assert(findNumber(colours, "Red") == nullptr);
  static_assert(findNumber(colours, "") == nullptr);
}

}  // namespace

}  // namespace netwright::test
