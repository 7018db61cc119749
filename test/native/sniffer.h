// Watching what arrives at a link.
#pragma once

#include "core/fd.h"
#include "lab.h"

namespace netwright::test {

// Takes every frame that arrives at a link from now on.
class Sniffer {
 public:
  Sniffer(const NamespaceFile& space, const std::string& link);

  // The next frame of an Ethernet type whose payload begins with `start`; fails the test after
  // five seconds.
  [[nodiscard]] Datagram next(uint16_t type, std::string_view start);

 private:
  Fd fd_;
};

}  // namespace netwright::test
