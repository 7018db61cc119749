// Questions about unix stream sockets, unix(7).
#pragma once

#include <sys/types.h>

#include <string>

namespace netwright {

// A process at the other end of a socket.
struct SocketPeer {
  uid_t userId;
  pid_t processId;
};

// Who connected, or listened when the socket connected (SO_PEERCRED), in the namespaces of this
// process: who is in none of them has the kernel's overflow user, or is process 0. `name` is what
// an error calls the socket.
[[nodiscard]] SocketPeer peerOf(int descriptor, const std::string& name);

// Has a listener that this process was given (sd_listen_fds(3)) neither block nor be inherited.
// Refused with EBADF or ENOTSOCK, and with EINVAL when it is no unix stream socket that listens.
void adoptListener(int descriptor);

}  // namespace netwright
