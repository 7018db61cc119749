// Packets of one link, from behind the Ethernet header on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "address-text.h"
#include "fd.h"
#include "namespace-file.h"
#include "packet-filter.h"

namespace netwright {

// What goes behind the Ethernet header, and to whom.
struct Packet {
  uint16_t protocol;  // ETH_P_*
  MacBytes destination;
  std::vector<std::byte> payload;
};

// Sends one packet from the link with this index.
void sendPacket(const NamespaceFile& space, uint32_t link, const Packet& packet);

struct ReceivedPacket {
  MacBytes source;
  // The sender left the checksum to hardware that the packet never passed.
  bool isChecksumPending;
  std::vector<std::byte> payload;
};

// Hears what a filter lets through on one link, and sends there.
class PacketSocket {
 public:
  // Throws ENODEV when there is no such link, EOPNOTSUPP when it has no Ethernet address.
  PacketSocket(const NamespaceFile& space, uint32_t link, const PacketKind& kind);

  // The oldest packet not yet received; nothing when none has come, or the link is down or gone.
  [[nodiscard]] std::optional<ReceivedPacket> receive();
  // Throws ENETDOWN while the link is down, ENXIO when it is gone.
  void send(const Packet& packet);
  // For whoever waits until there is something to receive.
  [[nodiscard]] int descriptor() const { return fd_.get(); }

 private:
  uint32_t link_;
  std::string place_;
  Fd fd_;
};

}  // namespace netwright
