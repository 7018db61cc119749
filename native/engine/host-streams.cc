#include <unistd.h>

#include "descriptor.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

// readInput(): string. It waits for the end: until it has its configuration, a call has nothing
// else to do.
Value readInput(const Arguments& call) {
  return newText(call.context(), readAll(STDIN_FILENO));
}

// writeOutput(text): void
Value writeOutput(const Arguments& call) {
  writeAll(STDOUT_FILENO, call.text(0).view());
  return {call.context(), JS_UNDEFINED};
}

// writeDiagnostic(text): void
Value writeDiagnostic(const Arguments& call) {
  writeAll(STDERR_FILENO, call.text(0).view());
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<readInput>("readInput", 0),
    hostFunction<writeOutput>("writeOutput", 1),
    hostFunction<writeDiagnostic>("writeDiagnostic", 1),
};

}  // namespace

std::span<const HostFunction> streamFunctions() {
  return functions;
}

}  // namespace netwright::engine
