#include "modules.h"

#include <algorithm>

#include "checksum.h"
#include "host-module.h"

namespace netwright::engine {

namespace {

constexpr std::string_view hostModule = "netwright:engine";

const EmbeddedModule* find(std::string_view name) {
  const auto found = std::ranges::lower_bound(embeddedModules, name, {}, &EmbeddedModule::name);
  return found != embeddedModules.end() && found->name == name ? &*found : nullptr;
}

// Null leaves an exception behind.
JSModuleDef* read(JSContext* context, const EmbeddedModule& module) {
  if (checksumOf(module.bytecode) != module.checksum) {
    JS_ThrowInternalError(context, module.name.data(), 1,
                          "load module %s: the file of this program is damaged, install it again",
                          module.name.data());
    return nullptr;
  }
  const JSValue read =
      JS_ReadObject(context, module.bytecode.data(), module.bytecode.size(), JS_READ_OBJ_BYTECODE);
  if (JS_IsException(read) != 0) return nullptr;
  auto* definition = static_cast<JSModuleDef*>(JS_VALUE_GET_PTR(read));
  // The context keeps every module that it has read.
  JS_FreeValue(context, read);
  return definition;
}

JSModuleDef* load(JSContext* context, const char* name, void* /*opaque*/,
                  JSValueConst /*attributes*/) {
  if (name == hostModule) return createHostModule(context);
  const EmbeddedModule* module = find(name);
  if (module != nullptr) return read(context, *module);
  JS_ThrowReferenceError(context, name, 1, "load module %s: there is none in this program", name);
  return nullptr;
}

}  // namespace

void useEmbeddedModules(JSRuntime* runtime) {
  JS_SetModuleLoaderFunc2(runtime, nullptr, load, nullptr, nullptr);
}

}  // namespace netwright::engine
