#include "namespace-file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "system-error.h"

namespace netwright {

namespace {

// Where ip-netns(8) keeps named namespaces.
constexpr std::string_view namedFolder = "/run/netns";
constexpr const char* currentPath = "/proc/thread-self/ns/net";

std::string pathOf(const std::string& name, const Attempt& attempt) {
  constexpr size_t longestName = 255;
  const bool isFileName = !name.empty() && name != "." && name != ".." &&
                          name.size() <= longestName &&
                          name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
  if (!isFileName) fail(attempt, EINVAL, "the name of a namespace is the name of a file");
  return std::string(namedFolder) + '/' + name;
}

// Makes the folder a shared mount of its own, so that what is mounted in it appears in every mount
// namespace that has the folder, as ip-netns(8) does.
void shareNamedFolder(const std::string& folder, const Attempt& attempt) {
  if (::mount("", folder.c_str(), "none", MS_SHARED | MS_REC, nullptr) == 0) return;
  // EINVAL: not a mount point yet.
  if (errno != EINVAL) fail(attempt, errno);
  (void)check(::mount(folder.c_str(), folder.c_str(), "none", MS_BIND | MS_REC, nullptr), attempt);
  (void)check(::mount("", folder.c_str(), "none", MS_SHARED | MS_REC, nullptr), attempt);
}

void ensureNamedFolder() {
  const std::string folder(namedFolder);
  const Attempt attempt{"prepare", folder};
  if (::mkdir(folder.c_str(), S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) != 0 &&
      errno != EEXIST) {
    fail(attempt, errno);
  }
  // Two at once would mount the folder twice, and namespaces could no longer be removed from it.
  // ip-netns(8) takes the same lock.
  const Fd lock(check(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), attempt));
  (void)check(retryInterrupted([&] { return ::flock(lock.get(), LOCK_EX); }), attempt);
  shareNamedFolder(folder, attempt);
}

// The mount point of a new named namespace; taken back unless kept.
class MountPoint {
 public:
  MountPoint(std::string path, const Attempt& attempt) : path_(std::move(path)) {
    const Fd created(
        check(::open(path_.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0), attempt));
  }
  ~MountPoint() {
    if (isKept_) return;
    (void)::umount2(path_.c_str(), MNT_DETACH);
    (void)::unlink(path_.c_str());
  }
  MountPoint(const MountPoint&) = delete;
  MountPoint& operator=(const MountPoint&) = delete;

  void keep() { isKept_ = true; }

 private:
  std::string path_;
  bool isKept_ = false;
};

bool isNetworkNamespace(int descriptor) {
  const int type = ::ioctl(descriptor, NS_GET_NSTYPE);
  if (type >= 0) return type == CLONE_NEWNET;
  // Before Linux 4.11, and under emulators that do not know the request, a namespace cannot tell
  // its kind; entering one of another kind is refused later.
  struct statfs system {};
  return ::fstatfs(descriptor, &system) == 0 && system.f_type == NSFS_MAGIC;
}

[[noreturn]] void abortStranded() {
  constexpr std::string_view message = "netwright: cannot return to the network namespace\n";
  (void)!::write(STDERR_FILENO, message.data(), message.size());
  std::abort();
}

}  // namespace

NamespaceFile::NamespaceFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {
  const Attempt attempt{"open network namespace", path_};
  struct stat status {};
  (void)check(::fstat(fd_.get(), &status), attempt);
  // To a device, the number of a request may mean anything.
  if (!S_ISREG(status.st_mode) || !isNetworkNamespace(fd_.get())) {
    fail(attempt, EINVAL, "it is not a network namespace");
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

NamespaceFile NamespaceFile::current() {
  if (auto found = find(currentPath)) return std::move(*found);
  // In a root without /proc, any socket tells which namespace it is in (Linux 4.10).
  const Attempt attempt{"open network namespace", "of this process, without /proc"};
  const Fd socket(check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), attempt));
  return {Fd(check(::ioctl(socket.get(), SIOCGSKNS), attempt)), currentPath};
}

NamespaceFile NamespaceFile::open(const std::string& path) {
  auto found = find(path);
  if (!found) fail(Attempt{"open network namespace", path}, ENOENT);
  return std::move(*found);
}

std::optional<NamespaceFile> NamespaceFile::find(const std::string& path) {
  // O_NONBLOCK: a runtime's mistake, such as a pipe, must not hang us.
  Fd fd(retryInterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
  if (!fd.isOpen()) {
    if (errno == ENOENT) return std::nullopt;
    fail(Attempt{"open network namespace", path}, errno);
  }
  return NamespaceFile(std::move(fd), path);
}

NamespaceFile NamespaceFile::create(const std::string& name) {
  const Attempt attempt{"create network namespace", name};
  const std::string path = pathOf(name, attempt);
  ensureNamedFolder();
  MountPoint mountPoint(path, attempt);
  {
    // The way back from the new one.
    const NamespaceScope scope(NamespaceFile::current());
    (void)check(::unshare(CLONE_NEWNET), attempt);
    (void)check(::mount(currentPath, path.c_str(), "none", MS_BIND, nullptr), attempt);
  }
  NamespaceFile created = open(path);
  mountPoint.keep();
  return created;
}

bool NamespaceFile::remove(const std::string& name) {
  const Attempt attempt{"remove network namespace", name};
  const std::string path = pathOf(name, attempt);
  // EINVAL: the file is there, but nothing is mounted on it; what is left is to unlink it.
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL) {
    if (errno == ENOENT) return false;
    fail(attempt, errno);
  }
  if (::unlink(path.c_str()) != 0) {
    // Somebody else has removed it at the same time.
    if (errno == ENOENT) return false;
    fail(attempt, errno);
  }
  return true;
}

bool NamespaceFile::isSameAs(const NamespaceFile& other) const {
  return device_ == other.device_ && inode_ == other.inode_;
}

NamespaceScope::NamespaceScope(const NamespaceFile& target) : origin_(NamespaceFile::current()) {
  // Who may not come back must not leave: in a user namespace of one's own, the namespace one is in
  // can still belong to somebody else.
  if (::setns(origin_.fd().get(), CLONE_NEWNET) != 0) {
    fail(Attempt{"enter network namespace", origin_.path()}, errno);
  }
  if (::setns(target.fd().get(), CLONE_NEWNET) != 0) {
    fail(Attempt{"enter network namespace", target.path()}, errno);
  }
}

NamespaceScope::~NamespaceScope() {
  if (::setns(origin_.fd().get(), CLONE_NEWNET) != 0) abortStranded();
}

}  // namespace netwright
