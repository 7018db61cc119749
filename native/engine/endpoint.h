// One end of a pipe or of a socket.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "../core/fd.h"
#include "deferred.h"
#include "loop.h"

namespace netwright::engine {

// What an endpoint can be ready for.
enum class Readiness : uint8_t { reading, writing };

// A descriptor that does not block, with the part of a letter that it has received and the part of
// a speech that it has not sent yet.
class Endpoint : public Activity {
 public:
  // What came: nothing yet, some text, or the end.
  enum class Arrival : uint8_t { nothing, text, end };

  explicit Endpoint(Fd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int descriptor() const { return fd_.get(); }
  // Appends what there is to `text`, which may be nothing of a letter that has begun.
  [[nodiscard]] Arrival receive(std::string& text);
  // Sends what is left of earlier texts, then this. Returns whether nothing is left.
  [[nodiscard]] bool send(std::string_view text);
  // A promise of true as soon as it is ready, or of false when it is closed first. There is one
  // such promise at a time for each kind.
  [[nodiscard]] Value whenReady(JSContext* context, Loop& loop, Readiness readiness);
  // Keeps the promises that are still open: nothing will be ready any more.
  void giveUp();

 private:
  void handle(int status, int events);
  void watch();
  void settle(Readiness readiness, bool isReady);
  [[nodiscard]] std::optional<Deferred>& waiter(Readiness readiness) {
    return waiters_.at(static_cast<size_t>(readiness));
  }

  Fd fd_;
  std::string unfinished_;
  std::string unsent_;
  std::array<std::optional<Deferred>, 2> waiters_;
  // Ends before the descriptor does.
  std::optional<UvHandle<uv_poll_t>> poll_;
};

}  // namespace netwright::engine
