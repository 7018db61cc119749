// NamespaceScope of namespace-file.h.

#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <thread>

#include "lab.h"

namespace netwright::test {

namespace {

// Runs `body` in a process of its own and returns its exit status, or the negative of the signal
// that ended it.
int statusOf(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      body();
    } catch (const std::exception& error) {
      // Else this process would go on with the other tests.
      ADD_FAILURE() << error.what();
    }
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void dropCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  (void)check(::syscall(SYS_capset, &header, none.data()), {"drop", "capabilities"});
}

TEST(NamespaceScope, entersAndReturns) {
  const Pod pod;
  const std::string before = ownNamespace();
  {
    const NamespaceScope scope(pod.file());
    EXPECT_EQ(ownNamespace(), namespaceIn(pod.file().path()));
  }
  EXPECT_EQ(ownNamespace(), before);
}

TEST(NamespaceScope, returnsFromANestedScopeStepByStep) {
  const Pod outer;
  const Pod inner;
  const NamespaceScope scope(outer.file());
  { const NamespaceScope deeper(inner.file()); }
  EXPECT_EQ(ownNamespace(), namespaceIn(outer.file().path()));
}

TEST(NamespaceScope, returnsWhenAnErrorEndsIt) {
  const Pod pod;
  const std::string before = ownNamespace();
  (void)errorOf([&] {
    const NamespaceScope scope(pod.file());
    fail(attempt, EIO);
  });
  EXPECT_EQ(ownNamespace(), before);
}

TEST(NamespaceScope, movesItsOwnThreadOnly) {
  const Pod pod;
  const std::string before = ownNamespace();
  std::string inside;
  std::thread([&] {
    const NamespaceScope scope(pod.file());
    inside = ownNamespace();
    EXPECT_EQ(std::string(std::filesystem::read_symlink("/proc/self/ns/net")), before);
  }).join();
  EXPECT_EQ(inside, namespaceIn(pod.file().path()));
}

TEST(NamespaceScope, isRefusedToWhoMayNotEnter) {
  const Pod pod;
  const int status = statusOf([&] {
    dropCapabilities();
    const SystemError error = errorOf([&] { const NamespaceScope scope(pod.file()); });
    EXPECT_EQ(error.operation(), "enter network namespace");
    EXPECT_EQ(error.error(), EPERM);
  });
  EXPECT_EQ(status, 0);
}

// In a user namespace of one's own: the namespace made there may be entered, the one where one is
// belongs to somebody else and could not be entered again.
TEST(NamespaceScope, isRefusedToWhoCouldNotReturn) {
  requireSandbox();
  const int status = statusOf([] {
    (void)check(::unshare(CLONE_NEWUSER), attempt);
    std::optional<NamespaceFile> target;
    std::thread([&] {
      if (::unshare(CLONE_NEWNET) == 0) target.emplace(NamespaceFile::current());
    }).join();
    const std::string before = ownNamespace();
    EXPECT_EQ(errorOf([&] { const NamespaceScope scope(target.value()); }).error(), EPERM);
    EXPECT_EQ(ownNamespace(), before);
  });
  EXPECT_EQ(status, 0);
}

TEST(NamespaceScope, endsTheProcessThatCannotReturn) {
  const Pod pod;
  const int status = statusOf([&] {
    const NamespaceScope scope(pod.file());
    dropCapabilities();
  });
  EXPECT_EQ(status, -SIGABRT);
}

}  // namespace

}  // namespace netwright::test
