#include "unix-socket.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "system-error.h"

namespace netwright {

namespace {

int readOption(int descriptor, int option, const Attempt& attempt) {
  int value = 0;
  socklen_t size = sizeof value;
  (void)check(::getsockopt(descriptor, SOL_SOCKET, option, &value, &size), attempt);
  return value;
}

void requireListener(int descriptor, const Attempt& attempt) {
  if (readOption(descriptor, SO_DOMAIN, attempt) != AF_UNIX) {
    fail(attempt, EINVAL, "it is no unix socket");
  }
  if (readOption(descriptor, SO_TYPE, attempt) != SOCK_STREAM) {
    fail(attempt, EINVAL, "it is no stream socket");
  }
  if (readOption(descriptor, SO_ACCEPTCONN, attempt) == 0) {
    fail(attempt, EINVAL, "it does not listen");
  }
}

}  // namespace

SocketPeer peerOf(int descriptor, const std::string& name) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  const int result = ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
  (void)check(result, {"ask for the peer of", name});
  return {credentials.uid, credentials.pid};
}

void adoptListener(int descriptor) {
  const Attempt attempt{"listen to", "descriptor " + std::to_string(descriptor)};
  requireListener(descriptor, attempt);
  const int flags = check(::fcntl(descriptor, F_GETFL), attempt);
  (void)check(::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), attempt);
  (void)check(::fcntl(descriptor, F_SETFD, FD_CLOEXEC), attempt);
}

}  // namespace netwright
