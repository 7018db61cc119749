#include "file-lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include "system-error.h"

namespace netwright {

std::optional<FileLock> FileLock::tryLock(const std::string& path, mode_t mode) {
  const Attempt attempt{"lock file", path};
  // O_NOFOLLOW, O_NONBLOCK: the folder may be one that others can write to, and what they put there
  // a link or a pipe.
  constexpr int flags = O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd fd(check(retryInterrupted([&] { return ::open(path.c_str(), flags, mode); }), attempt));
  if (retryInterrupted([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    fail(attempt, errno);
  }
  return FileLock(std::move(fd));
}

}  // namespace netwright
