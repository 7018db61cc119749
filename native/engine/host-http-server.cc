#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "engine.h"
#include "host-functions.h"
#include "http-server.h"

namespace netwright::engine {

namespace {

// An IP address with a port, of either family.
class InetAddress {
 public:
  // EINVAL when the text is none.
  InetAddress(const std::string& text, uint16_t port) {
    if (::inet_pton(AF_INET, text.c_str(), &v4_.sin_addr) == 1) {
      v4_.sin_family = AF_INET;
      v4_.sin_port = htons(port);
      return;
    }
    v6_ = {};
    if (::inet_pton(AF_INET6, text.c_str(), &v6_.sin6_addr) != 1) throw Refusal{EINVAL};
    v6_.sin6_family = AF_INET6;
    v6_.sin6_port = htons(port);
  }

  [[nodiscard]] sa_family_t family() const { return v4_.sin_family; }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&v6_); }
  [[nodiscard]] socklen_t size() const {
    return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }
  [[nodiscard]] uint16_t port() const { return ntohs(v4_.sin_port); }

 private:
  // The families have their ports in the same place.
  union {
    sockaddr_in v4_{};
    sockaddr_in6 v6_;
  };
};

Fd listenAt(InetAddress& address) {
  const int flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Fd fd(complete([&] { return ::socket(address.family(), flags, 0); }));
  const int yes = 1;
  // Connections of a process before need not be forgotten first.
  (void)complete(
      [&] { return ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes); });
  (void)complete([&] { return ::bind(fd.get(), address.get(), address.size()); });
  (void)complete([&] { return ::listen(fd.get(), SOMAXCONN); });
  socklen_t size = address.size();
  (void)complete([&] { return ::getsockname(fd.get(), address.get(), &size); });
  return fd;
}

const char* nameOf(evhttp_cmd_type method) {
  switch (method) {
    case EVHTTP_REQ_GET:
      return "GET";
    case EVHTTP_REQ_POST:
      return "POST";
    case EVHTTP_REQ_HEAD:
      return "HEAD";
    case EVHTTP_REQ_PUT:
      return "PUT";
    default:
      return "DELETE";
  }
}

// Null when it was closed.
HttpServer* find(const Arguments& call) {
  Loop& loop = Engine::of(call.context()).loop();
  return loop.find<HttpServer>(static_cast<Activity::Key>(call.integer(0)));
}

// serveHttp(address, port, notice): {server, port}
Value serveHttp(const Arguments& call) {
  JSContext* context = call.context();
  InetAddress address(call.path(0), static_cast<uint16_t>(call.integer(1)));
  Fd listener = listenAt(address);
  Loop& loop = Engine::of(context).loop();
  const HttpServer& server =
      loop.keep(std::make_unique<HttpServer>(context, loop, std::move(listener), call.value(2)));
  Value object = requireValue(context, JS_NewObject(context));
  setProperty(context, object, "server", JS_NewUint32(context, server.key()));
  setProperty(context, object, "port", JS_NewInt32(context, address.port()));
  return object;
}

// findRequest(server): {method, url} | undefined when it was closed
Value findRequest(const Arguments& call) {
  JSContext* context = call.context();
  const HttpServer* server = find(call);
  evhttp_request* request = server == nullptr ? nullptr : server->oldest();
  if (request == nullptr) return {context, JS_UNDEFINED};
  Value object = requireValue(context, JS_NewObject(context));
  const char* method = nameOf(evhttp_request_get_command(request));
  setProperty(context, object, "method", newText(context, method).release());
  setProperty(context, object, "url", newText(context, evhttp_request_get_uri(request)).release());
  return object;
}

// answerRequest(server, {status, contentType, body}): void
Value answerRequest(const Arguments& call) {
  HttpServer* server = find(call);
  const Record reply(call, 1);
  const Text body = reply.text("body");
  if (server != nullptr && server->oldest() != nullptr) {
    server->answer(
        {static_cast<int>(reply.number("status")), reply.path("contentType"), body.view()});
  }
  return {call.context(), JS_UNDEFINED};
}

// stopServing(server): void
Value stopServing(const Arguments& call) {
  const HttpServer* server = find(call);
  if (server != nullptr) Engine::of(call.context()).loop().drop(server->key());
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<serveHttp>("serveHttp", 3),
    hostFunction<findRequest>("findRequest", 1),
    hostFunction<answerRequest>("answerRequest", 2),
    hostFunction<stopServing>("stopServing", 1),
};

}  // namespace

std::span<const HostFunction> httpServerFunctions() {
  return functions;
}

}  // namespace netwright::engine
