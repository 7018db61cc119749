// What Node.js has no functions for, of sockets that it has open.
#pragma once

#include <napi.h>

namespace netwright::binding {

void defineSocketFunctions(Napi::Env env, Napi::Object exports);

}  // namespace netwright::binding
