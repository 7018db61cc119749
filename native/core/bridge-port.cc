#include "bridge-port.h"

#include <linux/if_link.h>
#include <sys/socket.h>

#include <string>

#include "attribute-codec.h"
#include "link-kinds.h"
#include "link.h"

namespace netwright {

ifinfomsg bridgePortHeader(const BridgePort& port) {
  ifinfomsg header{};
  header.ifi_family = AF_BRIDGE;
  header.ifi_index = static_cast<int>(port.index);
  return header;
}

Attempt attemptOn(const BridgePort& port, std::string_view operation) {
  return {operation,
          "with index " + std::to_string(port.index) + " in " + port.space.file().path()};
}

void failOn(const BridgePort& port, std::string_view operation, const Verdict& verdict) {
  Attempt attempt = attemptOn(port, operation);
  const auto link = findLink(port.space, port.index);
  if (!link) fail(attempt, verdict.error, verdict.detail);
  attempt.object = std::string(link->text("name")) + " in " + port.space.file().path();
  const bool isOther = verdict.error == EOPNOTSUPP && !link->has("bridgePort");
  fail(attempt, verdict.error, isOther ? "the link is no port of a bridge" : verdict.detail);
}

void changeBridgePort(const BridgePort& port, const Properties& change) {
  constexpr std::string_view operation = "change bridge port";
  const Attempt attempt = attemptOn(port, operation);
  MessageWriter writer(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
  writer.header(bridgePortHeader(port));
  {
    // Of all ways to say this the one that kernels have known for longest (br_setlink, Linux 3.8).
    const MessageWriter::Nest nest(writer, IFLA_PROTINFO);
    encodeAttributes(bridgePortTable, change, writer, attempt);
  }
  const Verdict verdict = port.space.socket().tryRequest(writer, attempt);
  if (verdict.error != 0) failOn(port, operation, verdict);
}

}  // namespace netwright
