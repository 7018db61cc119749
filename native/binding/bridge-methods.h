// The methods of the class Namespace that are about ports of bridges.
#pragma once

#include <napi.h>

#include "../core/namespace.h"

namespace netwright::binding {

Napi::Value changeBridgePort(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listBridgeVlans(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value addBridgeVlans(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value removeBridgeVlans(const Napi::CallbackInfo& info, Namespace& space);

}  // namespace netwright::binding
