#include "namespace-object.h"

#include "bridge-methods.h"
#include "convert.h"
#include "guarded.h"
#include "namespace-methods.h"
#include "nftables-methods.h"
#include "packet-methods.h"

namespace netwright::binding {

namespace {

// Marks our objects, so that a method borrowed by another object is refused.
constexpr napi_type_tag namespaceTag = {0x8a3c51d2e47f4b06, 0x9d1f2c6a5b7e4831};

template <NamespaceMethod Method>
Napi::Value call(const Napi::CallbackInfo& info) {
  const std::shared_ptr<Namespace> space = NamespaceObject::require(info.This());
  return guarded(info.Env(), [&] { return Method(info, *space); });
}

using Callback = Napi::Value (*)(const Napi::CallbackInfo& info);

template <Callback Body>
void define(Napi::Object prototype, const char* name) {
  prototype.Set(name, Napi::Function::New<Body>(prototype.Env(), name));
}

}  // namespace

Napi::Function NamespaceObject::define(Napi::Env env) {
  // Plain functions on the prototype: what DefineClass makes of methods unwraps `this` unchecked.
  const Napi::Function constructor = DefineClass(env, "Namespace", {});
  const auto prototype = constructor.Get("prototype").As<Napi::Object>();
  binding::define<close>(prototype, "close");
  binding::define<call<isSameAs>>(prototype, "isSameAs");
  binding::define<call<findLink>>(prototype, "findLink");
  binding::define<call<listLinks>>(prototype, "listLinks");
  binding::define<call<createLink>>(prototype, "createLink");
  binding::define<call<changeLink>>(prototype, "changeLink");
  binding::define<call<moveLink>>(prototype, "moveLink");
  binding::define<call<removeLink>>(prototype, "removeLink");
  binding::define<call<changeBridgePort>>(prototype, "changeBridgePort");
  binding::define<call<listBridgeVlans>>(prototype, "listBridgeVlans");
  binding::define<call<addBridgeVlans>>(prototype, "addBridgeVlans");
  binding::define<call<removeBridgeVlans>>(prototype, "removeBridgeVlans");
  binding::define<call<addAddress>>(prototype, "addAddress");
  binding::define<call<removeAddress>>(prototype, "removeAddress");
  binding::define<call<listAddresses>>(prototype, "listAddresses");
  binding::define<call<addRoute>>(prototype, "addRoute");
  binding::define<call<removeRoute>>(prototype, "removeRoute");
  binding::define<call<listRoutes>>(prototype, "listRoutes");
  binding::define<call<setNeighbour>>(prototype, "setNeighbour");
  binding::define<call<removeNeighbour>>(prototype, "removeNeighbour");
  binding::define<call<listNeighbours>>(prototype, "listNeighbours");
  binding::define<call<readSysctl>>(prototype, "readSysctl");
  binding::define<call<writeSysctl>>(prototype, "writeSysctl");
  binding::define<call<changeNftables>>(prototype, "changeNftables");
  binding::define<call<findNftChain>>(prototype, "findNftChain");
  binding::define<call<listNftChains>>(prototype, "listNftChains");
  binding::define<call<listNftRules>>(prototype, "listNftRules");
  binding::define<call<announceAddress>>(prototype, "announceAddress");
  binding::define<call<openPacketSocket>>(prototype, "openPacketSocket");
  return constructor;
}

NamespaceObject::NamespaceObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<NamespaceObject>(info) {
  info.This().As<Napi::Object>().TypeTag(&namespaceTag);
  const Napi::Value path = info[0];
  guarded(info.Env(), [&] {
    space_ = std::make_shared<Namespace>(path.IsUndefined()
                                             ? NamespaceFile::current()
                                             : NamespaceFile::open(requireText(path, "path")));
  });
}

NamespaceObject& NamespaceObject::unwrap(const Napi::Value& value) {
  const bool isOurs = value.IsObject() && value.As<Napi::Object>().CheckTypeTag(&namespaceTag);
  if (!isOurs) throw Napi::TypeError::New(value.Env(), "expected a Namespace");
  return *Unwrap(value.As<Napi::Object>());
}

std::shared_ptr<Namespace> NamespaceObject::require(const Napi::Value& value) {
  std::shared_ptr<Namespace> space = unwrap(value).space_;
  if (!space) throw Napi::Error::New(value.Env(), "the namespace has been closed");
  return space;
}

std::shared_ptr<Namespace> NamespaceObject::find(const Napi::Value& value) {
  return value.IsUndefined() ? nullptr : require(value);
}

Napi::Value NamespaceObject::close(const Napi::CallbackInfo& info) {
  unwrap(info.This()).space_.reset();
  return info.Env().Undefined();
}

}  // namespace netwright::binding
