// One conversation with a part of the kernel that speaks netlink.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fd.h"
#include "message-batch.h"
#include "message-reader.h"
#include "message-writer.h"
#include "netlink-verdict.h"
#include "system-error.h"

namespace netwright {

// Who takes the messages of a dump.
struct DumpVisitor {
  std::function<void(Bytes payload)> visit;  // one message; valid during the call
  std::function<void()> restart;             // forget what was visited: the dump begins (again)
};

// What became of a batch.
struct BatchVerdict {
  Verdict verdict;
  // Which message was refused first, counted from 0; nothing when the batch was refused as a whole.
  std::optional<uint32_t> refused = {};
};

// Whom a socket speaks to.
enum class NetlinkProtocol : uint8_t { route, netfilter };

// A netlink socket. It stays in the namespace its thread was in when it was opened and speaks of
// that namespace from wherever it is used (one thread at a time). Extended acknowledgements are on,
// and so is rtnetlink's strict checking of dump requests.
class NetlinkSocket {
 public:
  [[nodiscard]] static NetlinkSocket open(NetlinkProtocol protocol = NetlinkProtocol::route);

  // Sends a request and waits for its acknowledgement. Throws only when the conversation fails.
  [[nodiscard]] Verdict tryRequest(MessageWriter& message, const Attempt& attempt);

  // The same, but throws what the kernel refuses.
  void request(MessageWriter& message, const Attempt& attempt);

  // The same, but returns false when the kernel refuses with the error `absence`.
  [[nodiscard]] bool requestIfThere(MessageWriter& message, int absence, const Attempt& attempt);

  // Has a batch carried out, which must hold a message. Throws only when the conversation fails.
  // What other transactions come in between of is repeated.
  [[nodiscard]] BatchVerdict tryBatch(MessageBatch& batch, const Attempt& attempt);

  // Sends a request that is answered by one message and returns its payload, valid until the next
  // call; nothing when the kernel answers with the error `absence`.
  [[nodiscard]] std::optional<Bytes> find(MessageWriter& message, int absence,
                                          const Attempt& attempt);

  // Asks for a dump and visits every message. A dump that a change of the dumped objects interrupts
  // (NLM_F_DUMP_INTR) is inconsistent and starts again. Throws EAGAIN when it is interrupted time
  // after time.
  void dump(MessageWriter& message, const Attempt& attempt, const DumpVisitor& visitor);

  // The same, but returns false when the kernel refuses with the error `absence`.
  [[nodiscard]] bool dumpIfThere(MessageWriter& message, int absence, const Attempt& attempt,
                                 const DumpVisitor& visitor);

 private:
  explicit NetlinkSocket(Fd fd);

  void transmit(Bytes bytes, const Attempt& attempt);
  [[nodiscard]] uint32_t send(MessageWriter& message, const Attempt& attempt);
  // The next datagram; nothing when it was larger than the buffer, which has been enlarged. Throws
  // ETIMEDOUT when none comes.
  [[nodiscard]] std::optional<Bytes> receive(const Attempt& attempt);
  [[nodiscard]] BatchVerdict batchOnce(MessageBatch& batch, const Attempt& attempt);
  // One reading of a dump; the verdict is EINTR when it was interrupted.
  [[nodiscard]] Verdict dumpOnce(MessageWriter& message, const Attempt& attempt,
                                 const DumpVisitor& visitor);
  [[nodiscard]] Verdict tryDump(MessageWriter& message, const Attempt& attempt,
                                const DumpVisitor& visitor);

  Fd fd_;
  uint32_t sequence_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace netwright
