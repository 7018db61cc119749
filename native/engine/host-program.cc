#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"
#include "file-status.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

// getArguments(): string[], the program's own name first.
Value getArguments(const Arguments& call) {
  TextList arguments(call.context());
  for (const char* argument : Engine::of(call.context()).arguments()) arguments.add(argument);
  return arguments.take();
}

// getProcessId(): number
Value getProcessId(const Arguments& call) {
  return {call.context(), JS_NewInt32(call.context(), ::getpid())};
}

// getVariable(name): string | undefined
Value getVariable(const Arguments& call) {
  const Text name = call.text(0);
  for (char** variable = environ; *variable != nullptr; variable++) {
    const std::string_view entry = *variable;
    if (entry.substr(0, entry.find('=')) != name.view()) continue;
    if (entry.size() == name.view().size()) continue;
    return newText(call.context(), entry.substr(name.view().size() + 1));
  }
  return {call.context(), JS_UNDEFINED};
}

// listVariables(): Record<string, string>
Value listVariables(const Arguments& call) {
  JSContext* context = call.context();
  Value variables = requireValue(context, JS_NewObject(context));
  char** end = environ;
  while (*end != nullptr) end++;
  // Backwards, as the first variable of a name counts.
  while (end != environ) {
    const std::string_view entry = *--end;
    const size_t length = entry.find('=');
    // An environment may hold strings that are no variables.
    if (length == std::string_view::npos) continue;
    const std::string name(entry.substr(0, length));
    setProperty(context, variables, name.c_str(),
                newText(context, entry.substr(length + 1)).release());
  }
  return variables;
}

// setExitStatus(status): void
Value setExitStatus(const Arguments& call) {
  Engine::of(call.context()).setExitStatus(call.integer(0));
  return {call.context(), JS_UNDEFINED};
}

// loadAddon(): unknown
Value loadAddon(const Arguments& call) {
  return requireValue(call.context(), Engine::of(call.context()).loadAddon());
}

// findExecutable(): Status | undefined
Value findExecutable(const Arguments& call) {
  struct stat status {};
  // Without /proc the kernel's word for the file is left: the path that it was executed by.
  // NOLINTNEXTLINE(performance-no-int-to-ptr): getauxval(3) has one type for all it tells.
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (::stat("/proc/self/exe", &status) == 0 || (path != nullptr && ::stat(path, &status) == 0)) {
    return newStatus(call.context(), status);
  }
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<getArguments>("getArguments", 0),
    hostFunction<getProcessId>("getProcessId", 0),
    hostFunction<getVariable>("getVariable", 1),
    hostFunction<listVariables>("listVariables", 0),
    hostFunction<setExitStatus>("setExitStatus", 1),
    hostFunction<loadAddon>("loadAddon", 0),
    hostFunction<findExecutable>("findExecutable", 0),
};

}  // namespace

std::span<const HostFunction> programFunctions() {
  return functions;
}

}  // namespace netwright::engine
