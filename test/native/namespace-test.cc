#include "core/namespace.h"

#include <sys/socket.h>

#include <thread>

#include "core/address.h"
#include "core/link.h"
#include "core/neighbour.h"
#include "core/route.h"
#include "core/sysctl.h"

#include "lab.h"

namespace netwright::test {

namespace {

TEST(Namespace, speaksOfItselfWhereverItIsUsed) {
  Pod pod;
  Pod other;
  (void)pod.cable("here");
  const NamespaceScope elsewhere(other.file());
  EXPECT_TRUE(findLink(pod.space(), "here"));
  EXPECT_FALSE(findLink(other.space(), "here"));
}

TEST(Namespace, canBeOpenedInOneThreadAndUsedInAnother) {
  Pod pod;
  (void)pod.cable("here");
  bool isFound = false;
  std::thread([&] { isFound = findLink(pod.space(), "here").has_value(); }).join();
  EXPECT_TRUE(isFound);
}

TEST(Namespace, opensItsSocketWhenItIsFirstNeeded) {
  const Pod pod;
  const size_t before = openDescriptors();
  Namespace space(NamespaceFile::open(pod.file().path()));
  EXPECT_EQ(openDescriptors(), before + 1);
  (void)listLinks(space);
  (void)listLinks(space);
  EXPECT_EQ(openDescriptors(), before + 2);
}

TEST(Namespace, outlivesItsName) {
  std::optional<Namespace> space;
  {
    Pod pod;
    (void)pod.cable("here");
    space.emplace(NamespaceFile::open(pod.file().path()));
  }
  EXPECT_TRUE(findLink(*space, "here"));
}

// Everything once, and everything failing once.
void useEverything(Pod& pod) {
  const uint32_t link = pod.cable("eth0");
  const auto address =
      propertiesOf({{"link", int64_t{link}}, {"address", "10.1.2.3"}, {"prefixLength", 24}});
  const auto route = propertiesOf(
      {{"destination", "10.9.0.0"}, {"destinationLength", 16}, {"gateway", "10.1.2.1"}});
  addAddress(pod.space(), address);
  addRoute(pod.space(), route);
  (void)errorOf([&] { addAddress(pod.space(), address); });
  (void)errorOf([&] { addRoute(pod.space(), propertiesOf({{"destination", "x"}})); });
  (void)errorOf([&] { changeLink(pod.space(), "eth9", propertiesOf({{"mtu", 1400}})); });
  (void)errorOf([&] { (void)readSysctl(pod.file(), "net/none"); });
  (void)errorOf([&] { (void)NamespaceFile::open("/proc/self/status"); });
  (void)errorOf([&] { (void)NamespaceFile::create(pod.name()); });
  (void)listAddresses(pod.space(), 0, 0);
  (void)listRoutes(pod.space(), {AF_INET});
  (void)listNeighbours(pod.space(), 0, 0);
  EXPECT_TRUE(removeLink(pod.space(), link));
}

TEST(Namespace, leavesNoDescriptorOpen) {
  const size_t before = openDescriptors();
  {
    Pod pod;
    useEverything(pod);
    const size_t inUse = openDescriptors();
    useEverything(pod);
    EXPECT_EQ(openDescriptors(), inUse);
  }
  EXPECT_EQ(openDescriptors(), before);
}

}  // namespace

}  // namespace netwright::test
