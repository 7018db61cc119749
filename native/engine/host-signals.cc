#include <csignal>

#include "engine.h"
#include "host-functions.h"
#include "loop.h"

namespace netwright::engine {

namespace {

// Calls a function whenever this process gets a signal, which has no other effect then. With the
// last one for a signal goes libuv's handler, and the signal does again what it does by default.
class SignalWatch : public Activity {
 public:
  SignalWatch(JSContext* context, Loop& loop, JSValueConst callback)
      : context_(context),
        callback_(context, JS_DupValue(context, callback)),
        handle_(this, [&](uv_signal_t* handle) { return uv_signal_init(loop.get(), handle); }) {}

  void start(int signal) {
    checkUv(uv_signal_start(
        handle_.get(),
        [](uv_signal_t* handle, int) { static_cast<SignalWatch*>(handle->data)->notice(); },
        signal));
    // No reason to live on.
    uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get()));
  }
  void begin() override { enqueueCall(context_, callback_); }

 private:
  void notice() { Engine::of(context_).loop().makeDue(*this); }

  JSContext* context_;
  Value callback_;
  UvHandle<uv_signal_t> handle_;
};

// A signal by its name; EINVAL for one that nobody may wait for.
int signalNamed(std::string_view name) {
  if (name == "SIGTERM") return SIGTERM;
  if (name == "SIGINT") return SIGINT;
  throw Refusal{EINVAL};
}

// watchSignal(name, callback): SignalWatch
Value watchSignal(const Arguments& call) {
  JSContext* context = call.context();
  const int signal = signalNamed(call.text(0).view());
  Loop& loop = Engine::of(context).loop();
  auto watch = std::make_unique<SignalWatch>(context, loop, call.value(1));
  watch->start(signal);
  return {context, JS_NewUint32(context, loop.keep(std::move(watch)).key())};
}

// unwatchSignal(watch): void
Value unwatchSignal(const Arguments& call) {
  Loop& loop = Engine::of(call.context()).loop();
  const auto key = static_cast<Activity::Key>(call.integer(0));
  if (loop.find<SignalWatch>(key) != nullptr) loop.drop(key);
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<watchSignal>("watchSignal", 2),
    hostFunction<unwatchSignal>("unwatchSignal", 1),
};

}  // namespace

std::span<const HostFunction> signalFunctions() {
  return functions;
}

}  // namespace netwright::engine
