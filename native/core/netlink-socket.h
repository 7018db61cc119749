// One conversation with the kernel's rtnetlink.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fd.h"
#include "message-reader.h"
#include "message-writer.h"
#include "system-error.h"

namespace netwright {

// What the kernel answered: error 0 is success.
struct Verdict {
  int error = 0;
  std::string detail;  // its extended acknowledgement, or empty
};

// Who takes the messages of a dump.
struct DumpVisitor {
  std::function<void(Bytes payload)> visit;  // one message; valid during the call
  std::function<void()> restart;             // forget what was visited: the dump begins (again)
};

// A NETLINK_ROUTE socket. It stays in the namespace its thread was in when it was opened and speaks
// of that namespace from wherever it is used (one thread at a time). Extended acknowledgements and
// strict checking of dump requests are on.
class NetlinkSocket {
 public:
  [[nodiscard]] static NetlinkSocket open();

  // Sends a request and waits for its acknowledgement. Throws only when the conversation fails.
  [[nodiscard]] Verdict tryRequest(MessageWriter& message, const Attempt& attempt);

  // The same, but throws what the kernel refuses.
  void request(MessageWriter& message, const Attempt& attempt);

  // The same, but returns false when the kernel refuses with the error `absence`.
  [[nodiscard]] bool requestIfThere(MessageWriter& message, int absence, const Attempt& attempt);

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

  [[nodiscard]] uint32_t send(MessageWriter& message, const Attempt& attempt);
  // The next datagram; nothing when it was larger than the buffer, which has been enlarged. Throws
  // ETIMEDOUT when none comes.
  [[nodiscard]] std::optional<Bytes> receive(const Attempt& attempt);
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
