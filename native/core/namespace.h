// A network namespace with the sockets that speak to it.
#pragma once

#include <optional>
#include <utility>

#include "namespace-file.h"
#include "netlink-socket.h"

namespace netwright {

// Holds a namespace open. Its netlink sockets are opened when first needed: telling namespaces
// apart takes none, and most calls have nothing to say to netfilter.
class Namespace {
 public:
  explicit Namespace(NamespaceFile file) : file_(std::move(file)) {}

  [[nodiscard]] const NamespaceFile& file() const { return file_; }

  [[nodiscard]] NetlinkSocket& socket() { return opened(socket_, NetlinkProtocol::route); }

  [[nodiscard]] NetlinkSocket& netfilterSocket() {
    return opened(netfilterSocket_, NetlinkProtocol::netfilter);
  }

 private:
  NetlinkSocket& opened(std::optional<NetlinkSocket>& socket, NetlinkProtocol protocol) {
    if (!socket) {
      const NamespaceScope scope(file_);
      socket = NetlinkSocket::open(protocol);
    }
    return *socket;
  }

  NamespaceFile file_;
  std::optional<NetlinkSocket> socket_;
  std::optional<NetlinkSocket> netfilterSocket_;
};

}  // namespace netwright
