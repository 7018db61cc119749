#include "namespace-methods.h"

#include "../core/address.h"
#include "../core/announce.h"
#include "../core/link-message.h"
#include "../core/link.h"
#include "../core/neighbour.h"
#include "../core/route.h"
#include "../core/sysctl.h"
#include "convert.h"
#include "namespace-object.h"

namespace netwright::binding {

namespace {

Properties readSpec(const Napi::CallbackInfo& info, AttributeTable table, std::string_view what) {
  return readProperties(requireObject(info[0], what), table);
}

Napi::Value toBoolean(const Napi::CallbackInfo& info, bool value) {
  return Napi::Boolean::New(info.Env(), value);
}

}  // namespace

Napi::Value isSameAs(const Napi::CallbackInfo& info, Namespace& space) {
  return toBoolean(info, space.file().isSameAs(NamespaceObject::require(info[0])->file()));
}

Napi::Value findLink(const Napi::CallbackInfo& info, Namespace& space) {
  const auto link = netwright::findLink(space, readLinkKey(info[0]));
  if (!link) return info.Env().Undefined();
  return toObject(info.Env(), *link);
}

Napi::Value listLinks(const Napi::CallbackInfo& info, Namespace& space) {
  return toArray(info.Env(), netwright::listLinks(space));
}

Napi::Value createLink(const Napi::CallbackInfo& info, Namespace& space) {
  const auto parent = NamespaceObject::find(info[1]);
  const auto peer = NamespaceObject::find(info[2]);
  const LinkPlace place{space, parent.get(), peer.get()};
  netwright::createLink(place, readLinkSpec(info[0]));
  return info.Env().Undefined();
}

Napi::Value changeLink(const Napi::CallbackInfo& info, Namespace& space) {
  const LinkKey key = readLinkKey(info[0]);
  netwright::changeLink(space, key, readProperties(requireObject(info[1], "change"), linkTable()));
  return info.Env().Undefined();
}

Napi::Value moveLink(const Napi::CallbackInfo& info, Namespace& space) {
  const std::string name = info[2].IsUndefined() ? "" : requireText(info[2], "name");
  netwright::moveLink(space, readLinkKey(info[0]), *NamespaceObject::require(info[1]), name);
  return info.Env().Undefined();
}

Napi::Value removeLink(const Napi::CallbackInfo& info, Namespace& space) {
  return toBoolean(info, netwright::removeLink(space, readLinkKey(info[0])));
}

Napi::Value addAddress(const Napi::CallbackInfo& info, Namespace& space) {
  netwright::addAddress(space, readSpec(info, addressTable(), "address"));
  return info.Env().Undefined();
}

Napi::Value removeAddress(const Napi::CallbackInfo& info, Namespace& space) {
  return toBoolean(info,
                   netwright::removeAddress(space, readSpec(info, addressTable(), "address")));
}

Napi::Value listAddresses(const Napi::CallbackInfo& info, Namespace& space) {
  const uint32_t link = readNumber(info[0], "link");
  return toArray(info.Env(), netwright::listAddresses(space, link, readFamily(info[1])));
}

Napi::Value addRoute(const Napi::CallbackInfo& info, Namespace& space) {
  netwright::addRoute(space, readSpec(info, routeTable(), "route"));
  return info.Env().Undefined();
}

Napi::Value removeRoute(const Napi::CallbackInfo& info, Namespace& space) {
  return toBoolean(info, netwright::removeRoute(space, readSpec(info, routeTable(), "route")));
}

Napi::Value listRoutes(const Napi::CallbackInfo& info, Namespace& space) {
  const RouteFilter filter{readFamily(info[0]), readNumber(info[1], "table"),
                           readNumber(info[2], "link")};
  return toArray(info.Env(), netwright::listRoutes(space, filter));
}

Napi::Value setNeighbour(const Napi::CallbackInfo& info, Namespace& space) {
  netwright::setNeighbour(space, readSpec(info, neighbourTable(), "neighbour"));
  return info.Env().Undefined();
}

Napi::Value removeNeighbour(const Napi::CallbackInfo& info, Namespace& space) {
  return toBoolean(
      info, netwright::removeNeighbour(space, readSpec(info, neighbourTable(), "neighbour")));
}

Napi::Value listNeighbours(const Napi::CallbackInfo& info, Namespace& space) {
  const uint32_t link = readNumber(info[0], "link");
  return toArray(info.Env(), netwright::listNeighbours(space, link, readFamily(info[1])));
}

Napi::Value readSysctl(const Napi::CallbackInfo& info, Namespace& space) {
  return Napi::String::New(info.Env(),
                           netwright::readSysctl(space.file(), requireText(info[0], "key")));
}

Napi::Value writeSysctl(const Napi::CallbackInfo& info, Namespace& space) {
  const std::string key = requireText(info[0], "key");
  netwright::writeSysctl(space.file(), key, requireText(info[1], "value"));
  return info.Env().Undefined();
}

Napi::Value announceAddress(const Napi::CallbackInfo& info, Namespace& space) {
  const uint32_t link = requireNumber(info[0], "link");
  netwright::announceAddress(space, link, requireText(info[1], "address"));
  return info.Env().Undefined();
}

}  // namespace netwright::binding
