#include "core/link-kinds.h"

#include "lab.h"

namespace netwright::test {

namespace {

TEST(LinkKinds, areFoundByTheNameTheKernelUses) {
  ASSERT_NE(findLinkKind("macvlan"), nullptr);
  EXPECT_EQ(findLinkKind("macvlan")->table.data(), macvlanTable.data());
  EXPECT_EQ(findLinkKind("vlan")->table.data(), vlanTable.data());
  EXPECT_NE(findLinkKind("veth"), nullptr);
  EXPECT_EQ(findLinkKind("Veth"), nullptr);
  EXPECT_EQ(findLinkKind(""), nullptr);
}

TEST(LinkKinds, nameEveryMacvlanModeAsIpDoes) {
  std::vector<std::string_view> names;
  for (const NamedNumber& mode : macvlanModes) names.push_back(mode.name);
  EXPECT_EQ(names,
            (std::vector<std::string_view>{"private", "vepa", "bridge", "passthru", "source"}));
}

TEST(LinkKinds, appearOnceEach) {
  for (size_t i = 0; i < linkKinds.size(); i++) {
    EXPECT_EQ(findLinkKind(linkKinds.at(i).name), &linkKinds.at(i));
  }
}

}  // namespace

}  // namespace netwright::test
