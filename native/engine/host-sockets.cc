#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "../core/unix-socket.h"
#include "endpoint.h"
#include "engine.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

constexpr int socketFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr mode_t allPermissions = 0777;

class UnixAddress {
 public:
  explicit UnixAddress(std::string_view path) {
    // An empty name would ask the kernel for one of its own, unix(7) "autobind".
    if (path.empty()) throw Refusal{ENOENT};
    if (path.size() >= sizeof address_.sun_path) throw Refusal{ENAMETOOLONG};
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path, path.data(), path.size());
  }

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  [[nodiscard]] static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  sockaddr_un address_{};
};

Value keep(const Arguments& call, Fd fd) {
  Loop& loop = Engine::of(call.context()).loop();
  const Endpoint& endpoint = loop.keep(std::make_unique<Endpoint>(std::move(fd)));
  return {call.context(), JS_NewUint32(call.context(), endpoint.key())};
}

Fd newSocket() {
  return Fd(complete([] { return ::socket(AF_UNIX, SOCK_STREAM | socketFlags, 0); }));
}

// connectSocket(path): Endpoint. EAGAIN when the listener has no room yet.
Value connectSocket(const Arguments& call) {
  const UnixAddress address(call.path(0));
  Fd fd = newSocket();
  (void)complete([&] { return ::connect(fd.get(), address.get(), UnixAddress::size()); });
  return keep(call, std::move(fd));
}

// listenSocket(path, mode): Endpoint
Value listenSocket(const Arguments& call) {
  const UnixAddress address(call.path(0));
  const mode_t mode = call.mode(1);
  Fd fd = newSocket();
  // bind(2) makes the file with all permissions that the umask leaves; so it never has others.
  const mode_t umask = ::umask(allPermissions & ~mode);
  const int bound = ::bind(fd.get(), address.get(), UnixAddress::size());
  const int error = errno;
  ::umask(umask);
  if (bound < 0) throw Refusal{error};
  (void)complete([&] { return ::listen(fd.get(), SOMAXCONN); });
  return keep(call, std::move(fd));
}

// adoptSocket(descriptor): Endpoint
Value adoptSocket(const Arguments& call) {
  const int descriptor = call.integer(0);
  adoptListener(descriptor);
  return keep(call, Fd(descriptor));
}

// acceptSocket(listener): Endpoint | undefined when nobody is waiting or it is closed
Value acceptSocket(const Arguments& call) {
  JSContext* context = call.context();
  const auto key = static_cast<Activity::Key>(call.integer(0));
  const Endpoint* listener = Engine::of(context).loop().find<Endpoint>(key);
  if (listener == nullptr) return {context, JS_UNDEFINED};
  for (;;) {
    Fd fd(::accept4(listener->descriptor(), nullptr, nullptr, socketFlags));
    if (fd.isOpen()) return keep(call, std::move(fd));
    if (errno == EAGAIN) return {context, JS_UNDEFINED};
    // A client that has given up is none.
    if (errno != EINTR && errno != ECONNABORTED) throw Refusal{errno};
  }
}

constexpr HostFunction functions[] = {
    hostFunction<connectSocket>("connectSocket", 1),
    hostFunction<listenSocket>("listenSocket", 2),
    hostFunction<adoptSocket>("adoptSocket", 1),
    hostFunction<acceptSocket>("acceptSocket", 1),
};

}  // namespace

std::span<const HostFunction> socketFunctions() {
  return functions;
}

}  // namespace netwright::engine
