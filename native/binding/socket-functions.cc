#include "socket-functions.h"

#include "../core/unix-socket.h"
#include "convert.h"
#include "guarded.h"

namespace netwright::binding {

namespace {

// Any number: one that is no descriptor is for the kernel to refuse.
int readDescriptor(const Napi::Value& value) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), "expected a descriptor");
  return value.As<Napi::Number>().Int32Value();
}

// peerOf(descriptor, name): { userId, processId }
Napi::Value readPeer(const Napi::CallbackInfo& info) {
  const int descriptor = readDescriptor(info[0]);
  const std::string name = requireText(info[1], "name");
  const SocketPeer peer = guarded(info.Env(), [&] { return peerOf(descriptor, name); });
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("userId", peer.userId);
  object.Set("processId", peer.processId);
  return object;
}

// adoptListener(descriptor): void
void adopt(const Napi::CallbackInfo& info) {
  const int descriptor = readDescriptor(info[0]);
  guarded(info.Env(), [&] { adoptListener(descriptor); });
}

}  // namespace

void defineSocketFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("peerOf", Napi::Function::New<readPeer>(env, "peerOf"));
  exports.Set("adoptListener", Napi::Function::New<adopt>(env, "adoptListener"));
}

}  // namespace netwright::binding
