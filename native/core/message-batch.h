// Messages that the kernel carries out together or not at all: <linux/netfilter/nfnetlink.h>.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "message-reader.h"
#include "message-writer.h"

namespace netwright {

// A growing row of messages between NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END. They are answered
// under the sequence numbers behind that of the beginning, the first message under the next one.
class MessageBatch {
 public:
  // For a subsystem of netfilter: NFNL_SUBSYS_*.
  explicit MessageBatch(uint8_t subsystem);

  // The message must be whole.
  void add(MessageWriter& message);
  // How many there are, without beginning and end.
  [[nodiscard]] uint32_t size() const { return size_; }
  // The finished row, whose beginning goes under the number `first`. It asks for one
  // acknowledgement, that of the last message: whatever is refused is answered in any case. Nothing
  // can be added from here on.
  [[nodiscard]] Bytes finish(uint32_t first);

 private:
  void append(Bytes message);
  void appendEdge(uint16_t type);
  void askForAcknowledgement();

  uint8_t subsystem_;
  uint32_t size_ = 0;
  bool isFinished_ = false;
  std::vector<std::byte> bytes_;
  // Where the messages begin in `bytes_`.
  std::vector<size_t> starts_;
};

}  // namespace netwright
