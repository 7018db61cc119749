// A packet socket that tells a script what it hears.
#pragma once

#include <napi.h>
#include <uv.h>

#include <memory>

#include "../core/packet-socket.h"

namespace netwright::binding {

// Waits in the environment's event loop, and keeps itself until it is closed: by a script, or by
// the end of the environment.
class PacketListener : public std::enable_shared_from_this<PacketListener> {
 public:
  struct Setup {
    PacketSocket socket;
    uint16_t etherType;
    // Gets each packet as an object, as a task of its own.
    Napi::Function receive;
  };

  // Whoever sends may do so until it has gone.
  [[nodiscard]] static std::weak_ptr<PacketListener> start(Setup setup);

  explicit PacketListener(Setup setup);
  PacketListener(const PacketListener&) = delete;
  PacketListener& operator=(const PacketListener&) = delete;
  ~PacketListener() = default;

  [[nodiscard]] bool isClosed() const { return isClosed_; }
  void send(const Packet& packet) { socket_.send(packet); }
  // Hears nothing more; once more does nothing.
  void close();

 private:
  void open();
  void watch();
  void hear(int status);
  // Whether there was one.
  bool tellNext();
  void beginPeriod();
  void handleClosed();

  PacketSocket socket_;
  uint16_t etherType_;
  Napi::Env env_;
  Napi::FunctionReference receive_;
  Napi::AsyncContext context_;
  uv_poll_t poll_{};
  uv_timer_t timer_{};
  napi_async_cleanup_hook_handle atEnd_ = nullptr;
  std::shared_ptr<PacketListener> self_;
  int openHandles_ = 0;
  // How many more packets it tells in this period.
  int budget_ = 0;
  bool isClosed_ = false;
};

}  // namespace netwright::binding
