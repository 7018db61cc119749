#include <sys/socket.h>

#include "../core/unix-socket.h"
#include "endpoint.h"
#include "engine.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

Loop& loopOf(const Arguments& call) {
  return Engine::of(call.context()).loop();
}

Activity::Key keyOf(const Arguments& call) {
  return static_cast<Activity::Key>(call.integer(0));
}

// Null when it was closed.
Endpoint* find(const Arguments& call) {
  return loopOf(call).find<Endpoint>(keyOf(call));
}

// receive(endpoint): string | null | undefined; null is the end, undefined nothing yet
Value receive(const Arguments& call) {
  JSContext* context = call.context();
  Endpoint* endpoint = find(call);
  if (endpoint == nullptr) return {context, JS_NULL};
  std::string text;
  switch (endpoint->receive(text)) {
    case Endpoint::Arrival::nothing:
      return {context, JS_UNDEFINED};
    case Endpoint::Arrival::end:
      return {context, JS_NULL};
    case Endpoint::Arrival::text:
      break;
  }
  return newText(context, text);
}

// send(endpoint, text): boolean, whether nothing is left to send
Value send(const Arguments& call) {
  Endpoint* endpoint = find(call);
  const bool isSent = endpoint == nullptr || endpoint->send(call.text(1).view());
  return {call.context(), JS_NewBool(call.context(), isSent)};
}

// endSending(endpoint): void, for sockets
Value endSending(const Arguments& call) {
  Endpoint* endpoint = find(call);
  if (endpoint != nullptr) {
    (void)complete([&] { return ::shutdown(endpoint->descriptor(), SHUT_WR); });
  }
  return {call.context(), JS_UNDEFINED};
}

// peerOf(socket): Peer | undefined when it is closed
Value readPeer(const Arguments& call) {
  JSContext* context = call.context();
  const Endpoint* endpoint = find(call);
  if (endpoint == nullptr) return {context, JS_UNDEFINED};
  const SocketPeer peer = peerOf(endpoint->descriptor(), {});
  Value object = requireValue(context, JS_NewObject(context));
  setProperty(context, object, "userId", JS_NewUint32(context, peer.userId));
  setProperty(context, object, "processId", JS_NewInt32(context, peer.processId));
  return object;
}

template <Readiness readiness>
Value whenReady(const Arguments& call) {
  JSContext* context = call.context();
  Endpoint* endpoint = find(call);
  if (endpoint != nullptr) return endpoint->whenReady(context, loopOf(call), readiness);
  Deferred closed(context);
  closed.resolve(false);
  return closed.promise();
}

// close(endpoint): void
Value close(const Arguments& call) {
  if (Endpoint* endpoint = find(call); endpoint != nullptr) {
    endpoint->giveUp();
    loopOf(call).drop(keyOf(call));
  }
  return {call.context(), JS_UNDEFINED};
}

// whenReadable(endpoint), whenWritable(endpoint): Promise<boolean>, false when it is closed
constexpr HostFunction functions[] = {
    hostFunction<receive>("receive", 1),
    hostFunction<send>("send", 2),
    hostFunction<endSending>("endSending", 1),
    hostFunction<readPeer>("peerOf", 1),
    hostFunction<whenReady<Readiness::reading>>("whenReadable", 1),
    hostFunction<whenReady<Readiness::writing>>("whenWritable", 1),
    hostFunction<close>("close", 1),
};

}  // namespace

std::span<const HostFunction> endpointFunctions() {
  return functions;
}

}  // namespace netwright::engine
