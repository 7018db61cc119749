// The methods of the class Namespace: arguments in, a call of the core, its result out.
#pragma once

#include <napi.h>

#include "../core/namespace.h"

namespace netwright::binding {

// A method of an open namespace. It may throw SystemError or a JavaScript error.
using NamespaceMethod = Napi::Value (*)(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value isSameAs(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value findLink(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listLinks(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value createLink(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value changeLink(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value moveLink(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value removeLink(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value addAddress(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value removeAddress(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listAddresses(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value addRoute(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value removeRoute(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listRoutes(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value setNeighbour(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value removeNeighbour(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listNeighbours(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value readSysctl(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value writeSysctl(const Napi::CallbackInfo& info, Namespace& space);

Napi::Value announceAddress(const Napi::CallbackInfo& info, Namespace& space);

}  // namespace netwright::binding
