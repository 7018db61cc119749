#include <cmath>
#include <ctime>

#include "engine.h"
#include "host-functions.h"
#include "loop.h"

namespace netwright::engine {

namespace {

constexpr double millisecondsPerSecond = 1e3;
constexpr double nanosecondsPerMillisecond = 1e6;

// Calls a function once, when its time has come.
class Timer : public Activity {
 public:
  Timer(JSContext* context, Loop& loop, JSValueConst callback)
      : context_(context),
        callback_(context, JS_DupValue(context, callback)),
        handle_(this, [&](uv_timer_t* handle) { return uv_timer_init(loop.get(), handle); }) {}

  void start(uint64_t milliseconds) {
    // The loop's idea of now is as old as the last event.
    uv_update_time(handle_.get()->loop);
    checkUv(uv_timer_start(
        handle_.get(), [](uv_timer_t* handle) { static_cast<Timer*>(handle->data)->expire(); },
        milliseconds, 0));
  }
  // It is the end of the timer.
  void begin() override {
    enqueueCall(context_, callback_);
    Engine::of(context_).loop().drop(key());
  }

 private:
  // Several may have expired since the last look at the clock, and the first may stop the others.
  void expire() { Engine::of(context_).loop().makeDue(*this); }

  JSContext* context_;
  Value callback_;
  UvHandle<uv_timer_t> handle_;
};

// monotonicMs(): number
Value monotonicMs(const Arguments& call) {
  timespec now{};
  (void)complete([&] { return ::clock_gettime(CLOCK_MONOTONIC, &now); });
  const double milliseconds = static_cast<double>(now.tv_sec) * millisecondsPerSecond +
                              static_cast<double>(now.tv_nsec) / nanosecondsPerMillisecond;
  return {call.context(), JS_NewFloat64(call.context(), milliseconds)};
}

// startTimer(ms, callback): Timer
Value startTimer(const Arguments& call) {
  JSContext* context = call.context();
  const double milliseconds = std::ceil(call.number(0));
  // Beyond what a double counts exactly no timer ends anyway; a NaN is no time to wait.
  constexpr double longest = 9007199254740991.0;
  const double wait = milliseconds > 0 ? std::fmin(milliseconds, longest) : 0;
  Loop& loop = Engine::of(context).loop();
  Timer& timer = loop.keep(std::make_unique<Timer>(context, loop, call.value(1)));
  timer.start(static_cast<uint64_t>(wait));
  return {context, JS_NewUint32(context, timer.key())};
}

// stopTimer(timer): void; one that has ended is none
Value stopTimer(const Arguments& call) {
  Loop& loop = Engine::of(call.context()).loop();
  const auto key = static_cast<Activity::Key>(call.integer(0));
  if (loop.find<Timer>(key) != nullptr) loop.drop(key);
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<monotonicMs>("monotonicMs", 0),
    hostFunction<startTimer>("startTimer", 2),
    hostFunction<stopTimer>("stopTimer", 1),
};

}  // namespace

std::span<const HostFunction> clockFunctions() {
  return functions;
}

}  // namespace netwright::engine
