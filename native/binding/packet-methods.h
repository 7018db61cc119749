// The method of the class Namespace that opens packet sockets, and what it gives.
#pragma once

#include <napi.h>

#include "../core/namespace.h"

namespace netwright::binding {

// An object with the methods `send` and `close`; it hears until it is closed.
Napi::Value openPacketSocket(const Napi::CallbackInfo& info, Namespace& space);

}  // namespace netwright::binding
