#include "core/link.h"

#include "lab.h"

namespace netwright::test {

namespace {

uint32_t indexOf(const Properties& link) {
  return static_cast<uint32_t>(link.number("index"));
}

Properties macvlan(const std::string& name, uint32_t parent) {
  return propertiesOf({{"name", name},
                       {"kind", "macvlan"},
                       {"parent", int64_t{parent}},
                       {"macvlan", propertiesOf({{"mode", "bridge"}})}});
}

TEST(CreateLink, returnsTheLinkItMade) {
  Pod pod;
  const auto spec = propertiesOf({{"name", "br0"},
                                  {"kind", "bridge"},
                                  {"mtu", 1400},
                                  {"mac", "02:00:00:00:00:11"},
                                  {"isUp", true},
                                  {"alias", "uplink"},
                                  {"txQueueLength", 500},
                                  {"bridge", propertiesOf({{"ageingTime", 0}})}});
  const Properties link = newLink({pod.space()}, spec);
  EXPECT_EQ(show(link, {"name", "kind", "isUp", "mtu", "mac", "alias", "txQueueLength"}),
            "name=br0 kind=bridge isUp=yes mtu=1400 mac=02:00:00:00:00:11 alias=uplink "
            "txQueueLength=500");
  EXPECT_EQ(std::get<Properties>(*link.find("bridge")).number("ageingTime", 1), 0);
  EXPECT_EQ(show(*findLink(pod.space(), "br0")), show(link));
}

TEST(CreateLink, givesAVethsOtherEndToAnotherNamespace) {
  Pod pod;
  Pod other;
  const auto peer = propertiesOf({{"name", "eth0"}, {"mtu", 1300}, {"mac", "02:00:00:00:00:22"}});
  createLink({pod.space(), nullptr, &other.space()},
             propertiesOf({{"name", "veth0"}, {"kind", "veth"}, {"peer", peer}}));
  EXPECT_EQ(show(*findLink(other.space(), "eth0"), {"mtu", "mac"}),
            "mtu=1300 mac=02:00:00:00:00:22");
  EXPECT_FALSE(findLink(pod.space(), "eth0"));
}

// A bridge `br0` and a veth whose first end shall be a port of it.
Properties vethOn(Pod& pod, const char* name, const char* peer) {
  if (!findLink(pod.space(), "br0")) pod.run("ip link add br0 type bridge");
  return propertiesOf({{"name", name},
                       {"kind", "veth"},
                       {"isUp", true},
                       {"controller", findLink(pod.space(), "br0")->number("index")},
                       {"peer", propertiesOf({{"name", peer}})}});
}

TEST(CreateLink, makesAVethsFirstEndAPortFromTheBeginning) {
  Pod host;
  Pod pod;
  const auto spec = vethOn(host, "veth0", "eth0");
  createLink({host.space(), nullptr, &pod.space()}, spec);
  const auto link = findLink(host.space(), "veth0");
  EXPECT_TRUE(link->flag("isUp"));
  EXPECT_EQ(link->number("controller"), spec.number("controller"));
  EXPECT_TRUE(link->has("bridgePort"));
}

TEST(CreateLink, leavesNoEndOfAVethThatCannotBeAPort) {
  Pod host;
  Pod pod;
  auto spec = propertiesOf({{"name", "veth0"},
                            {"kind", "veth"},
                            {"controller", 99},
                            {"peer", propertiesOf({{"name", "eth0"}})}});
  const SystemError error = errorOf([&] {
    createLink({host.space(), nullptr, &pod.space()}, spec);
  });
  EXPECT_EQ(error.object(), "veth0 (veth, port of link 99) in " + host.file().path());
  EXPECT_EQ(listLinks(host.space()).size(), 1);
  EXPECT_EQ(listLinks(pod.space()).size(), 1);
}

TEST(CreateLink, tellsWhichEndsNameIsTaken) {
  Pod host;
  Pod pod;
  (void)host.cable("veth0");
  (void)pod.cable("eth0");
  const LinkPlace place{host.space(), nullptr, &pod.space()};
  const auto objectOf = [&](const char* name, const char* peer) {
    const SystemError error = errorOf([&] { createLink(place, vethOn(host, name, peer)); });
    EXPECT_EQ(error.error(), EEXIST);
    EXPECT_EQ(error.detail(), "the name is taken");
    return error.object();
  };
  EXPECT_EQ(objectOf("veth0", "eth1"), "veth0 (veth, port of br0) in " + host.file().path());
  EXPECT_EQ(objectOf("veth1", "eth0"), "eth0 (other end of veth1) in " + pod.file().path());
  EXPECT_EQ(objectOf("veth0", "eth0"), "eth0 (other end of veth0) in " + pod.file().path());
}

TEST(CreateLink, putsAMacvlanBesideItsParent) {
  Pod pod;
  const uint32_t parent = pod.cable("eth0");
  const Properties link = newLink({pod.space()}, macvlan("net1", parent));
  EXPECT_EQ(link.number("parent"), parent);
  EXPECT_FALSE(link.has("parentNamespaceId"));
  EXPECT_EQ(std::get<Properties>(*link.find("macvlan")).text("mode"), "bridge");
}

TEST(CreateLink, putsALinkOnAParentInAnotherNamespaceUnderTheParentsOwnName) {
  Pod host;
  Pod pod;
  const uint32_t parent = host.cable("eth0");
  const Properties link = newLink({pod.space(), &host.space()}, macvlan("eth0", parent));
  EXPECT_EQ(link.text("name"), "eth0");
  EXPECT_EQ(link.number("parent"), parent);
  EXPECT_TRUE(link.has("parentNamespaceId"));
  EXPECT_EQ(findLink(host.space(), "eth0")->number("index"), parent);
  EXPECT_EQ(listLinks(host.space()).size(), 3) << "the loopback and the cable's ends";
}

TEST(CreateLink, refusesANameThatIsTaken) {
  Pod host;
  Pod pod;
  const uint32_t parent = host.cable("eth0");
  (void)pod.cable("net1");
  const SystemError error = errorOf([&] {
    createLink({pod.space(), &host.space()}, macvlan("net1", parent));
  });
  EXPECT_EQ(error.error(), EEXIST);
  EXPECT_EQ(error.operation(), "create link");
  EXPECT_EQ(error.object(), "net1 (macvlan on eth0) in " + pod.file().path());
  EXPECT_EQ(listLinks(host.space()).size(), 3);
  EXPECT_EQ(listLinks(pod.space()).size(), 3);
}

TEST(CreateLink, namesTheParentThatIsNotThere) {
  Pod pod;
  const SystemError error = errorOf([&] { createLink({pod.space()}, macvlan("net1", 99)); });
  EXPECT_EQ(error.error(), ENODEV);
  EXPECT_EQ(error.object(), "net1 (macvlan on link 99) in " + pod.file().path());
}

TEST(CreateLink, passesOnTheKernelsWords) {
  Pod pod;
  auto spec = propertiesOf({{"name", "br0"}, {"kind", "bridge"}, {"mtu", 100000}});
  const SystemError error = errorOf([&] { createLink({pod.space()}, spec); });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_NE(error.detail(), "");
}

TEST(FindLink, looksByNameAndByIndex) {
  Pod pod;
  const uint32_t index = pod.cable("eth0");
  EXPECT_EQ(findLink(pod.space(), "eth0")->number("index"), index);
  EXPECT_EQ(findLink(pod.space(), index)->text("name"), "eth0");
}

TEST(FindLink, findsNothingWhenThereIsNothing) {
  Pod pod;
  EXPECT_FALSE(findLink(pod.space(), "eth0"));
  EXPECT_FALSE(findLink(pod.space(), 99U));
  EXPECT_FALSE(findLink(pod.space(), ""));
  EXPECT_FALSE(findLink(pod.space(), "sixteen-letters!"));
  EXPECT_FALSE(findLink(pod.space(), std::string(100, 'x')));
}

TEST(FindLink, looksByAlternativeNames) {
  Pod pod;
  const uint32_t index = pod.cable("eth0");
  const std::string name = "a-name-of-more-than-fifteen-letters";
  pod.run("ip link property add dev eth0 altname " + name + " altname short");
  EXPECT_EQ(findLink(pod.space(), name)->number("index"), index);
  EXPECT_EQ(findLink(pod.space(), "short")->text("name"), "eth0");
}

TEST(ListLinks, listsThemAll) {
  Pod pod;
  EXPECT_EQ(listLinks(pod.space()).size(), 1);
  (void)pod.cable("eth0");
  const auto links = listLinks(pod.space());
  ASSERT_EQ(links.size(), 3);
  EXPECT_EQ(show(links.at(0), {"index", "name", "isLoopback"}), "index=1 name=lo isLoopback=yes");
}

TEST(ChangeLink, overwritesWhatItIsGiven) {
  Pod pod;
  const uint32_t index = pod.cable("eth0");
  changeLink(pod.space(), "eth0", propertiesOf({{"mtu", 1400}, {"alias", "uplink"}}));
  EXPECT_EQ(show(*findLink(pod.space(), index), {"name", "isUp", "mtu", "alias"}),
            "name=eth0 isUp=yes mtu=1400 alias=uplink");
  changeLink(pod.space(), index, propertiesOf({{"isUp", false}}));
  EXPECT_EQ(show(*findLink(pod.space(), index), {"isUp", "mtu"}), "isUp=no mtu=1400");
}

TEST(ChangeLink, renamesByNameAndByIndex) {
  Pod pod;
  const uint32_t index = pod.cable("eth0");
  changeLink(pod.space(), index, propertiesOf({{"isUp", false}}));
  changeLink(pod.space(), "eth0", propertiesOf({{"name", "net1"}}));
  EXPECT_EQ(findLink(pod.space(), index)->text("name"), "net1");
  changeLink(pod.space(), index, propertiesOf({{"name", "net2"}, {"isUp", true}}));
  EXPECT_EQ(show(*findLink(pod.space(), index), {"name", "isUp"}), "name=net2 isUp=yes");
}

TEST(ChangeLink, makesAndUnmakesAPort) {
  Pod pod;
  const uint32_t port = pod.cable("eth0");
  const Properties bridge =
      newLink({pod.space()}, propertiesOf({{"name", "br0"}, {"kind", "bridge"}}));
  changeLink(pod.space(), port, propertiesOf({{"controller", bridge.number("index")}}));
  EXPECT_EQ(findLink(pod.space(), port)->number("controller"), indexOf(bridge));
  changeLink(pod.space(), port, propertiesOf({{"controller", 0}}));
  EXPECT_FALSE(findLink(pod.space(), port)->has("controller"));
}

TEST(ChangeLink, namesTheLinkThatIsNotThere) {
  Pod pod;
  for (const Properties& change : {propertiesOf({{"mtu", 1400}}), propertiesOf({{"name", "x"}})}) {
    const SystemError error = errorOf([&] { changeLink(pod.space(), "eth9", change); });
    EXPECT_EQ(error.error(), ENODEV);
    EXPECT_EQ(error.operation(), "change link");
    EXPECT_EQ(error.object(), "eth9 in " + pod.file().path());
  }
}

TEST(MoveLink, takesALinkToAnotherNamespaceUnderAnotherName) {
  Pod pod;
  Pod other;
  (void)pod.cable("eth0");
  moveLink(pod.space(), "eth0", other.space(), "net1");
  EXPECT_FALSE(findLink(pod.space(), "eth0"));
  EXPECT_TRUE(findLink(other.space(), "net1"));
  moveLink(other.space(), "net1", pod.space(), "");
  EXPECT_TRUE(findLink(pod.space(), "net1"));
}

TEST(MoveLink, refusesANameThatIsTakenThere) {
  Pod pod;
  Pod other;
  const uint32_t index = pod.cable("eth0");
  (void)other.cable("eth0");
  const SystemError error = errorOf([&] { moveLink(pod.space(), index, other.space(), ""); });
  EXPECT_EQ(error.error(), EEXIST);
  EXPECT_EQ(error.operation(), "move link");
  EXPECT_EQ(error.object(), "with index " + std::to_string(index) + " in " + pod.file().path() +
                                " to " + other.file().path());
  EXPECT_TRUE(findLink(pod.space(), index));
}

TEST(RemoveLink, tellsWhetherItWasThere) {
  Pod pod;
  const uint32_t index = pod.cable("eth0");
  EXPECT_TRUE(removeLink(pod.space(), "eth0"));
  EXPECT_FALSE(removeLink(pod.space(), "eth0"));
  EXPECT_FALSE(removeLink(pod.space(), index));
}

TEST(RemoveLink, removesNothingWithoutAKey) {
  Pod pod;
  (void)pod.cable("eth0");
  EXPECT_FALSE(removeLink(pod.space(), ""));
  EXPECT_EQ(errorOf([&] { (void)removeLink(pod.space(), 0U); }).error(), EINVAL);
  EXPECT_EQ(listLinks(pod.space()).size(), 3);
}

TEST(RemoveLink, refusesTheLoopback) {
  Pod pod;
  const SystemError error = errorOf([&] { (void)removeLink(pod.space(), "lo"); });
  EXPECT_EQ(error.error(), EOPNOTSUPP);
  EXPECT_EQ(error.object(), "lo in " + pod.file().path());
}

}  // namespace

}  // namespace netwright::test
