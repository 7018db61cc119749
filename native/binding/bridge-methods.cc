#include "bridge-methods.h"

#include "../core/bridge-vlan.h"
#include "../core/link-kinds.h"
#include "convert.h"

namespace netwright::binding {

namespace {

BridgePort readPort(const Napi::CallbackInfo& info, Namespace& space) {
  return {space, requireNumber(info[0], "port")};
}

}  // namespace

Napi::Value changeBridgePort(const Napi::CallbackInfo& info, Namespace& space) {
  const BridgePort port = readPort(info, space);
  netwright::changeBridgePort(port,
                              readProperties(requireObject(info[1], "change"), bridgePortTable));
  return info.Env().Undefined();
}

Napi::Value listBridgeVlans(const Napi::CallbackInfo& info, Namespace& space) {
  return toArray(info.Env(), netwright::listBridgeVlans(readPort(info, space)));
}

Napi::Value addBridgeVlans(const Napi::CallbackInfo& info, Namespace& space) {
  const BridgePort port = readPort(info, space);
  netwright::addBridgeVlans(port, readList(info[1], "vlans", [](const Napi::Value& vlan) {
                              return readProperties(requireObject(vlan, "vlan"), bridgeVlanTable());
                            }));
  return info.Env().Undefined();
}

Napi::Value removeBridgeVlans(const Napi::CallbackInfo& info, Namespace& space) {
  const BridgePort port = readPort(info, space);
  netwright::removeBridgeVlans(port, readList(info[1], "ids", [](const Napi::Value& id) {
                                 return requireNumber(id, "id");
                               }));
  return info.Env().Undefined();
}

}  // namespace netwright::binding
