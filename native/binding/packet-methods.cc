#include "packet-methods.h"

#include <net/ethernet.h>

#include <memory>

#include "convert.h"
#include "guarded.h"
#include "packet-listener.h"

namespace netwright::binding {

namespace {

constexpr MacBytes everybody = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};

uint16_t readEtherType(const Napi::Object& object) {
  const uint32_t type = requireNumber(object.Get("etherType"), "etherType");
  if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6 && type != ETHERTYPE_ARP) {
    throw Napi::TypeError::New(object.Env(), "etherType: expected that of IPv4, IPv6 or ARP");
  }
  return static_cast<uint16_t>(type);
}

PacketKind readKind(const Napi::Object& request) {
  const uint16_t type = readEtherType(request);
  if (type == ETHERTYPE_ARP) return {type, 0};
  const uint32_t port = requireNumber(request.Get("udpPort"), "udpPort");
  if (port == 0 || port > 0xffff) {
    throw Napi::TypeError::New(request.Env(), "udpPort: expected a number from 1 to 65535");
  }
  return {type, static_cast<uint16_t>(port)};
}

Napi::Function readReceiver(const Napi::Object& request) {
  const Napi::Value receive = request.Get("receive");
  if (!receive.IsFunction()) {
    throw Napi::TypeError::New(request.Env(), "receive: expected a function");
  }
  return receive.As<Napi::Function>();
}

MacBytes readDestination(const Napi::Value& value) {
  if (value.IsUndefined()) return everybody;
  const auto mac = parseMac(requireText(value, "destination"));
  if (!mac) throw Napi::TypeError::New(value.Env(), "destination: expected a hardware address");
  return *mac;
}

Packet readPacket(const Napi::Value& value) {
  const Napi::Object packet = requireObject(value, "packet");
  return {readEtherType(packet), readDestination(packet.Get("destination")),
          requireBytes(packet.Get("payload"), "payload")};
}

// The packet is read first: its getters are scripts, which can close the socket.
void send(const Napi::CallbackInfo& info, const std::weak_ptr<PacketListener>& socket) {
  const Packet packet = readPacket(info[0]);
  const auto listener = socket.lock();
  if (!listener || listener->isClosed()) {
    throw Napi::Error::New(info.Env(), "the packet socket has been closed");
  }
  guarded(info.Env(), [&] { listener->send(packet); });
}

}  // namespace

Napi::Value openPacketSocket(const Napi::CallbackInfo& info, Namespace& space) {
  const Napi::Object request = requireObject(info[0], "request");
  const uint32_t link = requireNumber(request.Get("link"), "link");
  const PacketKind kind = readKind(request);
  const Napi::Function receive = readReceiver(request);
  const std::weak_ptr<PacketListener> socket =
      PacketListener::start({PacketSocket(space.file(), link, kind), kind.protocol, receive});
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("send", Napi::Function::New(
                         info.Env(),
                         [socket](const Napi::CallbackInfo& call) { send(call, socket); }, "send"));
  const auto close = [socket](const Napi::CallbackInfo&) {
    if (const auto listener = socket.lock()) listener->close();
  };
  object.Set("close", Napi::Function::New(info.Env(), close, "close"));
  return object;
}

}  // namespace netwright::binding
