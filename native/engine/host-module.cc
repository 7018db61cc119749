#include "host-module.h"

#include "dispose-symbols.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

using Functions = std::span<const HostFunction>;

constexpr Functions (*subjects[])() = {
    programFunctions, streamFunctions, fileFunctions,     clockFunctions,
    randomFunctions,  digestFunctions, endpointFunctions, socketFunctions,
    processFunctions, signalFunctions, httpFunctions,     httpServerFunctions,
};

bool exportFunction(JSContext* context, JSModuleDef* module, const HostFunction& function) {
  const JSValue value =
      JS_NewCFunction(context, function.function, function.name, function.parameterCount);
  return JS_SetModuleExport(context, module, function.name, value) == 0;
}

int initialize(JSContext* context, JSModuleDef* module) {
  for (const auto& subject : subjects) {
    for (const HostFunction& function : subject()) {
      if (!exportFunction(context, module, function)) return -1;
    }
  }
  return 0;
}

}  // namespace

JSModuleDef* createHostModule(JSContext* context) {
  // Here, as modules are loaded before the first of them runs.
  if (!defineDisposeSymbols(context)) return nullptr;
  JSModuleDef* module = JS_NewCModule(context, "netwright:engine", initialize, nullptr);
  if (module == nullptr) return nullptr;
  for (const auto& subject : subjects) {
    for (const HostFunction& function : subject()) {
      if (JS_AddModuleExport(context, module, function.name) < 0) return nullptr;
    }
  }
  return module;
}

}  // namespace netwright::engine
