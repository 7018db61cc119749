// A network namespace with the socket that speaks to it.
#pragma once

#include <optional>
#include <utility>

#include "namespace-file.h"
#include "netlink-socket.h"

namespace netwright {

// Holds a namespace open. Its netlink socket is opened when first needed: telling namespaces apart
// takes none.
class Namespace {
 public:
  explicit Namespace(NamespaceFile file) : file_(std::move(file)) {}

  [[nodiscard]] const NamespaceFile& file() const { return file_; }

  [[nodiscard]] NetlinkSocket& socket() {
    if (!socket_) {
      const NamespaceScope scope(file_);
      socket_ = NetlinkSocket::open();
    }
    return *socket_;
  }

 private:
  NamespaceFile file_;
  std::optional<NetlinkSocket> socket_;
};

}  // namespace netwright
