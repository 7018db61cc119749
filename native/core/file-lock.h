// Advisory locks on files, flock(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "fd.h"

namespace netwright {

// An exclusive lock, held until it is destroyed or the process ends.
class FileLock {
 public:
  // Takes the lock of the file at `path`, which is created with the permission bits `mode` when
  // missing. Returns nothing while somebody else holds it.
  [[nodiscard]] static std::optional<FileLock> tryLock(const std::string& path, mode_t mode);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace netwright
