#include "core/sysctl.h"

#include "lab.h"

namespace netwright::test {

namespace {

constexpr std::string_view forwarding = "net/ipv4/ip_forward";

TEST(Sysctl, isWrittenAndReadInItsNamespace) {
  const Pod pod;
  EXPECT_EQ(readSysctl(pod.file(), forwarding), "0");
  writeSysctl(pod.file(), forwarding, "1");
  EXPECT_EQ(readSysctl(pod.file(), forwarding), "1");
  EXPECT_EQ(pod.run("cat /proc/sys/net/ipv4/ip_forward"), "1\n");
}

TEST(Sysctl, ofOneNamespaceIsNotThatOfAnother) {
  const Pod pod;
  const Pod other;
  writeSysctl(pod.file(), forwarding, "1");
  EXPECT_EQ(readSysctl(other.file(), forwarding), "0");
  EXPECT_EQ(readSysctl(NamespaceFile::current(), forwarding), "0");
}

TEST(Sysctl, holdsSeveralWords) {
  const Pod pod;
  writeSysctl(pod.file(), "net/ipv4/ip_local_port_range", "20000 30000");
  EXPECT_EQ(readSysctl(pod.file(), "net/ipv4/ip_local_port_range"), "20000\t30000");
}

TEST(Sysctl, holdsListsLongerThanAPage) {
  const Pod pod;
  std::string ports;
  for (int port = 10001; port < 14000; port += 2) {
    ports += (ports.empty() ? "" : ",") + std::to_string(port);
  }
  ASSERT_GT(ports.size(), 8192);
  writeSysctl(pod.file(), "net/ipv4/ip_local_reserved_ports", ports);
  EXPECT_EQ(readSysctl(pod.file(), "net/ipv4/ip_local_reserved_ports"), ports);
}

TEST(Sysctl, isRefusedWhenItIsTooLongToBeRead) {
  const Pod pod;
  std::string ports;
  for (int port = 1; port < 65535; port += 2) ports += std::to_string(port) + ',';
  writeSysctl(pod.file(), "net/ipv4/ip_local_reserved_ports", ports);
  const SystemError error =
      errorOf([&] { (void)readSysctl(pod.file(), "net/ipv4/ip_local_reserved_ports"); });
  EXPECT_EQ(error.error(), EOVERFLOW);
}

TEST(Sysctl, namesTheKeyThatIsNotThere) {
  const Pod pod;
  const SystemError error =
      errorOf([&] { (void)readSysctl(pod.file(), "net/ipv4/conf/eth9/arp_notify"); });
  EXPECT_EQ(error.error(), ENOENT);
  EXPECT_EQ(error.operation(), "read setting");
  EXPECT_EQ(error.object(), "net/ipv4/conf/eth9/arp_notify in /run/netns/" + pod.name());
}

TEST(Sysctl, passesOnTheKernelsRefusal) {
  const Pod pod;
  const SystemError error = errorOf([&] { writeSysctl(pod.file(), forwarding, "maybe"); });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_EQ(error.operation(), "write setting");
}

TEST(Sysctl, reachesNothingOutsideTheNamespace) {
  const Pod pod;
  for (const std::string_view key :
       {"", "net", "net/", "/net/ipv4/ip_forward", "kernel/hostname", "net/../kernel/hostname",
        "net/ipv4/../../kernel/hostname", "net/./ipv4/ip_forward", "net//ipv4/ip_forward",
        "net/ipv4/ip_forward/", "network/x", "net.ipv4.ip_forward"}) {
    EXPECT_EQ(errorOf([&] { (void)readSysctl(pod.file(), key); }).error(), EINVAL) << key;
    EXPECT_EQ(errorOf([&] { writeSysctl(pod.file(), key, "1"); }).error(), EINVAL) << key;
  }
  const std::string_view cut("net/ipv4/ip_forward\0x", 21);
  EXPECT_EQ(errorOf([&] { (void)readSysctl(pod.file(), cut); }).error(), EINVAL);
}

}  // namespace

}  // namespace netwright::test
