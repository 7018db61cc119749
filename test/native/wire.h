// A place between the core's sockets and the kernel.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "lab.h"

namespace netwright::test {

// One datagram, or one failure, that a reading socket gets.
struct Answer {
  Datagram bytes = {};
  int error = 0;
  uint32_t sender = 0;  // the netlink port; 0 is the kernel's
};

// Records what the process sends while it lives, and can take the kernel's place. The linker puts
// it between the core and the C library (--wrap in CMakeLists.txt). One at a time.
class Wire {
 public:
  using Kernel = std::function<std::vector<Answer>(Bytes request)>;

  // Records, and lets everything through.
  Wire();
  // Lets nothing through: `kernel` answers. A socket that has read every answer times out.
  explicit Wire(Kernel kernel);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // The datagrams sent so far, oldest first.
  [[nodiscard]] const std::vector<Datagram>& sent() const { return sent_; }
  // Makes the next sends fail with these errors, one after the other.
  void failSending(std::deque<int> errors) { sendErrors_ = std::move(errors); }

  // For the wrapped functions.
  [[nodiscard]] static Wire* current();
  [[nodiscard]] bool isKernel() const { return static_cast<bool>(kernel_); }
  [[nodiscard]] int nextSendError();
  void send(Bytes request);
  [[nodiscard]] Answer take();

 private:
  Kernel kernel_;
  std::vector<Datagram> sent_;
  std::deque<int> sendErrors_;
  std::deque<Answer> answers_;
};

// A message in a datagram of its own, under the sequence number of `request` and with more flags.
[[nodiscard]] Datagram reply(Bytes request, MessageWriter& message, uint16_t flags = 0);
// The kernel's acknowledgement of `request`: 0, or a positive error.
[[nodiscard]] Datagram acknowledge(Bytes request, int error);
// A link with nothing but its index, as one message of an answer.
[[nodiscard]] Datagram linkReply(Bytes request, int index, uint16_t flags = 0);
// Several messages in one datagram.
[[nodiscard]] Datagram join(const std::vector<Datagram>& messages);
// The end of a dump.
[[nodiscard]] Datagram done(Bytes request, uint16_t flags = 0);
// Recorded messages as the answer to `request`.
[[nodiscard]] Datagram answerTo(Bytes request, Datagram messages);
// A kernel whose dumps are `messages`; each one's first reading is interrupted.
[[nodiscard]] Wire::Kernel interruptedOnce(const Datagram& messages);

}  // namespace netwright::test
