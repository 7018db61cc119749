// Network namespaces as files.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "fd.h"

namespace netwright {

// An open network namespace.
class NamespaceFile {
 public:
  // The calling thread's namespace.
  [[nodiscard]] static NamespaceFile current();
  // Throws ENOENT when nothing is at `path`, EINVAL when it is no network namespace.
  [[nodiscard]] static NamespaceFile open(const std::string& path);
  // Nothing when nothing is at `path`.
  [[nodiscard]] static std::optional<NamespaceFile> find(const std::string& path);
  // `ip netns add NAME`. Throws EEXIST when the name is taken.
  [[nodiscard]] static NamespaceFile create(const std::string& name);
  // `ip netns delete NAME`; returns whether it was there.
  [[nodiscard]] static bool remove(const std::string& name);

  [[nodiscard]] const Fd& fd() const { return fd_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool isSameAs(const NamespaceFile& other) const;

 private:
  NamespaceFile(Fd fd, std::string path);

  Fd fd_;
  std::string path_;
  dev_t device_;
  ino_t inode_;
};

// Puts the calling thread into a namespace for as long as it lives. A thread that cannot return
// would do everything that follows to the wrong machine, so failing to return aborts the process.
class NamespaceScope {
 public:
  explicit NamespaceScope(const NamespaceFile& target);
  ~NamespaceScope();
  NamespaceScope(const NamespaceScope&) = delete;
  NamespaceScope& operator=(const NamespaceScope&) = delete;

 private:
  NamespaceFile origin_;
};

}  // namespace netwright
