#include "core/namespace-file.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include "lab.h"

namespace netwright::test {

namespace {

// A new and empty /run for one test.
class FreshRun {
 public:
  FreshRun() {
    requireSandbox();
    (void)check(::mount("tmpfs", "/run", "tmpfs", 0, nullptr), {"mount", "/run"});
  }
  ~FreshRun() { (void)::umount2("/run", MNT_DETACH); }
  FreshRun(const FreshRun&) = delete;
  FreshRun& operator=(const FreshRun&) = delete;
};

TEST(NamespaceFile, isCreatedUnderItsName) {
  const Pod pod;
  EXPECT_EQ(pod.file().path(), "/run/netns/" + pod.name());
  EXPECT_NE(namespaceIn(pod.file().path()), ownNamespace());
  EXPECT_NE(run("ip netns list").find(pod.name()), std::string::npos);
}

TEST(NamespaceFile, isOpenedWhereIpMadeIt) {
  requireSandbox();
  run("ip netns add of-ip");
  const auto file = NamespaceFile::open("/run/netns/of-ip");
  EXPECT_FALSE(file.isSameAs(NamespaceFile::current()));
  EXPECT_TRUE(NamespaceFile::remove("of-ip"));
}

TEST(NamespaceFile, canBeRemovedByIp) {
  requireSandbox();
  (void)NamespaceFile::create("for-ip");
  run("ip netns delete for-ip");
  EXPECT_FALSE(NamespaceFile::find("/run/netns/for-ip"));
}

TEST(NamespaceFile, leavesItsCreatorWhereItWas) {
  const std::string before = ownNamespace();
  const Pod pod;
  EXPECT_EQ(ownNamespace(), before);
}

TEST(NamespaceFile, isNotCreatedOverAnother) {
  const Pod pod;
  const std::string before = namespaceIn(pod.file().path());
  const SystemError error = errorOf([&] { (void)NamespaceFile::create(pod.name()); });
  EXPECT_EQ(error.operation(), "create network namespace");
  EXPECT_EQ(error.object(), pod.name());
  EXPECT_EQ(error.error(), EEXIST);
  EXPECT_EQ(namespaceIn(pod.file().path()), before);
}

TEST(NamespaceFile, isRemovedOnce) {
  requireSandbox();
  (void)NamespaceFile::create("short-lived");
  EXPECT_TRUE(NamespaceFile::remove("short-lived"));
  EXPECT_FALSE(NamespaceFile::remove("short-lived"));
}

TEST(NamespaceFile, isRemovedThoughNothingIsMountedOnItsFile) {
  const Pod folder;
  const std::ofstream left("/run/netns/left-behind");
  EXPECT_TRUE(NamespaceFile::remove("left-behind"));
  EXPECT_FALSE(std::filesystem::exists("/run/netns/left-behind"));
}

TEST(NamespaceFile, isNotRemovedThroughALinkToIt) {
  const Pod pod;
  ASSERT_EQ(::symlink(pod.file().path().c_str(), "/run/netns/alias"), 0);
  EXPECT_TRUE(NamespaceFile::remove("alias"));
  EXPECT_FALSE(std::filesystem::is_symlink("/run/netns/alias"));
  EXPECT_TRUE(NamespaceFile::open(pod.file().path()).isSameAs(pod.file()));
}

TEST(NamespaceFile, makesTheFolderForTheFirstName) {
  const FreshRun run;
  (void)NamespaceFile::create("first");
  EXPECT_EQ(std::filesystem::status("/run/netns").permissions(), std::filesystem::perms{0755});
  EXPECT_TRUE(NamespaceFile::remove("first"));
}

// How often the folder of the named namespaces is mounted.
int foldersMounted() {
  std::ifstream mounts("/proc/self/mounts");
  int folders = 0;
  for (std::string line; std::getline(mounts, line);) {
    if (line.starts_with("tmpfs /run/netns ")) folders++;
  }
  return folders;
}

// Creates namespaces in as many threads at once, in a new and empty /run, and removes them.
void createAtOnce(int count) {
  const FreshRun run;
  const int before = foldersMounted();
  std::latch start(count);
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; i++) {
    threads.emplace_back([&start, name = "many-" + std::to_string(i)] {
      start.arrive_and_wait();
      (void)NamespaceFile::create(name);
    });
  }
  threads.clear();
  EXPECT_EQ(foldersMounted(), before + 1);
  for (int i = 0; i < count; i++) EXPECT_TRUE(NamespaceFile::remove("many-" + std::to_string(i)));
  EXPECT_TRUE(std::filesystem::is_empty("/run/netns"));
}

TEST(NamespaceFile, isMadeByManyAtOnceInANewFolder) {
  for (int round = 0; round < 20; round++) createAtOnce(4);
}

TEST(NamespaceFile, leavesNothingBehindWhenItCannotBeCreated) {
  requireSandbox();
  const std::string before = ownNamespace();
  const auto limit = [](const char* most) {
    std::ofstream("/proc/sys/user/max_net_namespaces") << most;
  };
  limit("0");
  const SystemError error = errorOf([] { (void)NamespaceFile::create("one-too-many"); });
  limit("10000");
  EXPECT_EQ(error.error(), ENOSPC);
  EXPECT_FALSE(std::filesystem::exists("/run/netns/one-too-many"));
  EXPECT_EQ(ownNamespace(), before);
}

TEST(NamespaceFile, hasTheNameOfAFile) {
  requireSandbox();
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"),
        std::string("a\0b", 3), std::string(256, 'x')}) {
    EXPECT_EQ(errorOf([&] { (void)NamespaceFile::create(name); }).error(), EINVAL) << name;
    EXPECT_EQ(errorOf([&] { (void)NamespaceFile::remove(name); }).error(), EINVAL) << name;
  }
}

TEST(NamespaceFile, isNotThereWhenNothingIs) {
  EXPECT_FALSE(NamespaceFile::find("/run/netns/nobody"));
  const SystemError error = errorOf([] { (void)NamespaceFile::open("/run/netns/nobody"); });
  EXPECT_EQ(error.error(), ENOENT);
  EXPECT_STREQ(error.what(),
               "open network namespace /run/netns/nobody: ENOENT no such file or directory");
}

TEST(NamespaceFile, isNothingElse) {
  const std::string pipe = testing::TempDir() + "namespace-pipe-" + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path :
       {std::string("/etc/passwd"), std::string("/"), std::string("/dev/null"),
        std::string("/proc/self/ns/user"), std::string("/proc/self/ns/mnt"), pipe}) {
    const SystemError error = errorOf([&] { (void)NamespaceFile::open(path); });
    EXPECT_EQ(error.error(), EINVAL) << path;
    EXPECT_EQ(error.detail(), "it is not a network namespace") << path;
  }
  ::unlink(pipe.c_str());
}

TEST(NamespaceFile, isTheSameUnderEveryPath) {
  const Pod pod;
  const auto again = NamespaceFile::open(pod.file().path());
  EXPECT_TRUE(again.isSameAs(pod.file()));
  EXPECT_FALSE(again.isSameAs(NamespaceFile::current()));
  EXPECT_TRUE(NamespaceFile::open("/proc/self/ns/net").isSameAs(NamespaceFile::current()));
}

}  // namespace

}  // namespace netwright::test
