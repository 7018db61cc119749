#include "event-base.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>

namespace netwright::engine {

namespace {

constexpr int64_t millisecondsPerSecond = 1000;
constexpr int64_t microsecondsPerMillisecond = 1000;

int64_t millisecondsOf(const timeval& time) {
  return time.tv_sec * millisecondsPerSecond + time.tv_usec / microsecondsPerMillisecond;
}

// What libevent would say belongs to no answer of ours; failures are told where they happen.
event_base* newBase() {
  event_set_log_callback([](int /*severity*/, const char* /*message*/) {});
  event_base* base = event_base_new();
  if (base == nullptr) throw Refusal{errno};
  return base;
}

int readinessOf(int events) {
  return ((events & EV_READ) != 0 ? UV_READABLE : 0) | ((events & EV_WRITE) != 0 ? UV_WRITABLE : 0);
}

}  // namespace

// What libevent waits for.
struct EventBase::Wanted {
  static constexpr int64_t never = std::numeric_limits<int64_t>::max();

  std::unordered_map<int, int> events;
  // In milliseconds since 1970, as libevent tells it.
  int64_t deadline = never;

  static int add(const event_base* /*base*/, const event* added, void* wanted) noexcept {
    static_cast<Wanted*>(wanted)->add(added);
    return 0;
  }

  void add(const event* added) {
    timeval time{};
    const int pending = event_pending(added, EV_READ | EV_WRITE | EV_TIMEOUT, &time);
    if ((pending & EV_TIMEOUT) != 0) deadline = std::min(deadline, millisecondsOf(time));
    if ((pending & (EV_READ | EV_WRITE)) != 0) events[event_get_fd(added)] |= pending;
  }
};

void EventBase::Free::operator()(event_base* base) const {
  event_base_free(base);
}

EventBase::EventBase(Loop& loop)
    : loop_(loop),
      base_(newBase()),
      timer_(this, [&](uv_timer_t* handle) { return uv_timer_init(loop.get(), handle); }) {}

void EventBase::turn() noexcept {
  // A descriptor may be closed now, and its number given to another: libuv has to forget it first.
  stop();
  event_base_loop(base_.get(), EVLOOP_NONBLOCK);
  watch();
}

void EventBase::stop() {
  for (const auto& [descriptor, poll] : polls_) uv_poll_stop(poll.get());
}

void EventBase::watch() {
  Wanted wanted;
  event_base_foreach_event(base_.get(), Wanted::add, &wanted);
  std::erase_if(polls_, [&](const auto& poll) { return !wanted.events.contains(poll.first); });
  for (const auto& [descriptor, events] : wanted.events) watch(descriptor, events);
  setTimer(wanted);
}

void EventBase::watch(int descriptor, int events) {
  const auto initialize = [&, this](uv_poll_t* handle) {
    return uv_poll_init(loop_.get(), handle, descriptor);
  };
  const Poll& poll = polls_.try_emplace(descriptor, this, initialize).first->second;
  checkUv(uv_poll_start(poll.get(), readinessOf(events),
                        [](uv_poll_t* handle, int /*status*/, int /*events*/) {
                          // What it is, libevent finds out.
                          static_cast<EventBase*>(handle->data)->turn();
                        }));
  weigh(reinterpret_cast<uv_handle_t*>(poll.get()));
}

void EventBase::setTimer(const Wanted& wanted) {
  if (wanted.deadline == Wanted::never) {
    uv_timer_stop(timer_.get());
    return;
  }
  timeval now{};
  evutil_gettimeofday(&now, nullptr);
  // Part of a millisecond was cut off.
  const int64_t left = std::max<int64_t>(wanted.deadline - millisecondsOf(now) + 1, 0);
  uv_update_time(loop_.get());
  uv_timer_start(
      timer_.get(), [](uv_timer_t* handle) { static_cast<EventBase*>(handle->data)->turn(); },
      static_cast<uint64_t>(left), 0);
  weigh(reinterpret_cast<uv_handle_t*>(timer_.get()));
}

void EventBase::weigh(uv_handle_t* handle) const {
  if (underWay_ > 0) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
}

}  // namespace netwright::engine
