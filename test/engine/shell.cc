// Runs an ES module from a file on the engine of the executable: `engine-shell FILE [ARGUMENT...]`.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/engine.h"
#include "engine/failure.h"
#include "engine/host-module.h"
#include "engine/memory.h"
#include "engine/modules.h"
#include "engine/snapshot.h"

namespace {

using namespace netwright::engine;

JSModuleDef* load(JSContext* context, const char* name, void* /*opaque*/,
                  JSValueConst /*attributes*/) {
  if (std::string(name) == "netwright:engine") return createHostModule(context);
  std::ostringstream source;
  source << std::ifstream(name).rdbuf();
  const std::string text = source.str();
  const JSValue module = JS_Eval(context, text.c_str(), text.size(), name,
                                 JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module) != 0) return nullptr;
  auto* definition = static_cast<JSModuleDef*>(JS_VALUE_GET_PTR(module));
  JS_FreeValue(context, module);
  return definition;
}

}  // namespace

// No script of the executable is in here.
constexpr std::span<const EmbeddedModule> netwright::engine::embeddedModules = {};
constexpr std::span<std::byte> netwright::engine::embeddedSnapshot = {};

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: engine-shell FILE [ARGUMENT...]\n", stderr);
    return 2;
  }
  // As the executable does.
  std::signal(SIGPIPE, SIG_IGN);
  // The script's own name takes the place of the program's.
  Memory memory;
  Engine engine(std::span<char* const>(arguments, static_cast<size_t>(count)).subspan(1), memory);
  JS_SetModuleLoaderFunc2(engine.runtime(), nullptr, load, nullptr, nullptr);
  const Value thrown = engine.run(arguments[1]);
  if (JS_IsUndefined(thrown.get()) != 0) return engine.exitStatus();
  reportFailure(engine, thrown);
  return 1;
}
