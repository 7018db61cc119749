// libevent's events, which the engine's loop waits for.
#pragma once

#include <event2/event.h>

#include <memory>
#include <unordered_map>

#include "loop.h"

namespace netwright::engine {

// An event base of libevent that never waits itself: what it would wait for, libuv does. The loop
// must outlive it.
class EventBase {
 public:
  explicit EventBase(Loop& loop);
  EventBase(const EventBase&) = delete;
  EventBase& operator=(const EventBase&) = delete;
  ~EventBase() = default;

  [[nodiscard]] event_base* get() const { return base_.get(); }
  // Lets libevent do all that it can do at once, then waits for the rest. Follows whatever begins,
  // changes or ends something; runs no script.
  void turn() noexcept;

  // As long as something is under way, waiting for it is a reason to go on. Tells of the next turn.
  void begin() { underWay_++; }
  void end() { underWay_--; }

 private:
  struct Wanted;
  struct Free {
    void operator()(event_base* base) const;
  };
  using Poll = UvHandle<uv_poll_t>;

  void stop();
  void watch();
  void watch(int descriptor, int events);
  void setTimer(const Wanted& wanted);
  void weigh(uv_handle_t* handle) const;

  Loop& loop_;
  std::unique_ptr<event_base, Free> base_;
  std::unordered_map<int, Poll> polls_;
  UvHandle<uv_timer_t> timer_;
  int underWay_ = 0;
};

}  // namespace netwright::engine
