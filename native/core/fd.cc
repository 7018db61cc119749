#include "fd.h"

#include <unistd.h>

namespace netwright {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void Fd::close() noexcept {
  // Linux releases the descriptor even when close(2) reports EINTR or EIO, so it is never repeated.
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace netwright
