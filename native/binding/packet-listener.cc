#include "packet-listener.h"

#include <cstring>
#include <utility>

#include "guarded.h"

namespace netwright::binding {

namespace {

// 3200 packets a second, whoever floods the link.
constexpr int packetsPerPeriod = 32;
constexpr uint64_t periodMs = 10;

uv_loop_t* loopOf(Napi::Env env) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw Napi::Error::New(env);
  return loop;
}

// What libuv returned; throws when it is an error.
void checkUv(int result) {
  if (result < 0) fail({"wait for", "packets"}, -result);
}

Napi::Object toObject(Napi::Env env, uint16_t etherType, const ReceivedPacket& packet) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("etherType", etherType);
  object.Set("source", formatMac(packet.source).value_or(""));
  auto payload = Napi::Uint8Array::New(env, packet.payload.size());
  std::memcpy(payload.Data(), packet.payload.data(), packet.payload.size());
  object.Set("payload", payload);
  object.Set("isChecksumPending", Napi::Boolean::New(env, packet.isChecksumPending));
  return object;
}

// Runs what libuv calls, where nobody is left to catch: what it throws is uncaught in the script.
template <typename Task>
void runTask(Napi::Env env, Task task) {
  const Napi::HandleScope scope(env);
  try {
    guarded(env, task);
  } catch (const Napi::Error& error) {
    // It fails where no script may run any more, and so nobody is to be told.
    (void)napi_fatal_exception(env, error.Value());
  }
}

}  // namespace

std::weak_ptr<PacketListener> PacketListener::start(Setup setup) {
  const auto listener = std::make_shared<PacketListener>(std::move(setup));
  listener->open();
  return listener;
}

PacketListener::PacketListener(Setup setup)
    : socket_(std::move(setup.socket)),
      etherType_(setup.etherType),
      env_(setup.receive.Env()),
      receive_(Napi::Persistent(setup.receive)),
      context_(env_, "netwright:PacketSocket") {}

void PacketListener::open() {
  uv_loop_t* loop = loopOf(env_);
  checkUv(uv_poll_init(loop, &poll_, socket_.descriptor()));
  // From here on libuv refers to this object, until it has said that it no longer does.
  self_ = shared_from_this();
  poll_.data = timer_.data = this;
  uv_timer_init(loop, &timer_);
  openHandles_ = 2;
  const auto end = [](napi_async_cleanup_hook_handle, void* listener) {
    static_cast<PacketListener*>(listener)->close();
  };
  if (napi_add_async_cleanup_hook(env_, end, this, &atEnd_) != napi_ok) {
    close();
    throw Napi::Error::New(env_);
  }
  try {
    watch();
  } catch (...) {
    close();
    throw;
  }
}

void PacketListener::watch() {
  budget_ = packetsPerPeriod;
  checkUv(uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int status, int) {
    static_cast<PacketListener*>(poll->data)->hear(status);
  }));
}

void PacketListener::hear(int status) {
  runTask(env_, [&] {
    while (!isClosed_ && budget_ > 0 && tellNext()) budget_ -= 1;
  });
  if (isClosed_) return;
  // After an error, such as a link that went down, libuv watches no longer.
  if (status < 0 || budget_ == 0) (void)uv_poll_stop(&poll_);
  const bool isBegun = uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_)) != 0;
  if (!isBegun || budget_ == 0) beginPeriod();
}

bool PacketListener::tellNext() {
  const Napi::HandleScope scope(env_);
  const auto packet = socket_.receive();
  if (!packet) return false;
  receive_.MakeCallback(env_.Global(), {toObject(env_, etherType_, *packet)}, context_);
  return true;
}

void PacketListener::beginPeriod() {
  // The loop's idea of now is as old as the first of these packets.
  uv_update_time(timer_.loop);
  const auto end = [](uv_timer_t* timer) {
    auto* listener = static_cast<PacketListener*>(timer->data);
    runTask(listener->env_, [&] { listener->watch(); });
  };
  (void)uv_timer_start(&timer_, end, periodMs, 0);
}

void PacketListener::close() {
  if (isClosed_) return;
  isClosed_ = true;
  const auto closed = [](uv_handle_t* handle) {
    static_cast<PacketListener*>(handle->data)->handleClosed();
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
}

void PacketListener::handleClosed() {
  openHandles_ -= 1;
  if (openHandles_ > 0) return;
  napi_async_cleanup_hook_handle hook = atEnd_;
  // This object ends here, while the environment waits for it if it is ending, too.
  std::exchange(self_, nullptr).reset();
  if (hook != nullptr) (void)napi_remove_async_cleanup_hook(hook);
}

}  // namespace netwright::binding
