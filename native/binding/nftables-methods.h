// The methods of the class Namespace that are about nf_tables.
#pragma once

#include <napi.h>

#include "../core/namespace.h"

namespace netwright::binding {

Napi::Value changeNftables(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value findNftChain(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listNftChains(const Napi::CallbackInfo& info, Namespace& space);
Napi::Value listNftRules(const Napi::CallbackInfo& info, Namespace& space);

}  // namespace netwright::binding
