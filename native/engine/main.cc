// The executable: one call of the plugin that it is named after.

#include <csignal>
#include <cstdlib>

#include "engine.h"
#include "failure.h"
#include "modules.h"
#include "positions.h"

int main(int count, char** arguments) {
  using namespace netwright::engine;
  // A runtime that has gone away is an error to undo the call for, not the end of it.
  std::signal(SIGPIPE, SIG_IGN);
  Engine engine({arguments, static_cast<size_t>(count)});
  useEmbeddedModules(engine.runtime());
  mapStackTraces(engine.context());
  const Value thrown = engine.run("main.js");
  int status = engine.exitStatus();
  if (JS_IsUndefined(thrown.get()) == 0) {
    reportFailure(engine, thrown);
    status = EXIT_FAILURE;
  }
  // The process is over: taking the runtime apart piece by piece would be work for nothing.
  std::_Exit(status);
}
