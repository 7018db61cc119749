// The executable: one call of the plugin that it is named after, or a daemon.

#include <csignal>
#include <cstdlib>

#include "daemon.h"
#include "engine.h"
#include "failure.h"
#include "modules.h"
#include "positions.h"
#include "snapshot.h"

namespace {

using namespace netwright::engine;

[[noreturn]] void finish(Engine& engine) {
  const Value thrown = engine.call(mainModule);
  int status = engine.exitStatus();
  if (JS_IsUndefined(thrown.get()) == 0) {
    reportFailure(engine, thrown);
    status = EXIT_FAILURE;
  }
  // The process is over: taking the runtime apart piece by piece would be work for nothing.
  std::_Exit(status);
}

[[noreturn]] void runFromSnapshot(std::span<char* const> arguments, Snapshot& snapshot) {
  if (!isIntact(snapshot)) {
    fail("load the scripts: the file of this program is damaged, install it again");
  }
  restore(snapshot);
  Engine engine(arguments, snapshot);
  finish(engine);
}

[[noreturn]] void runFromScratch(std::span<char* const> arguments) {
  Memory memory;
  Engine engine(arguments, memory);
  useEmbeddedModules(engine.runtime());
  mapStackTraces(engine.context());
  if (isDaemon(arguments)) prepareToStay(engine);
  finish(engine);
}

}  // namespace

int main(int count, char** arguments) {
  const std::span<char* const> all(arguments, static_cast<size_t>(count));
  // A runtime that has gone away is an error to undo the call for, not the end of it.
  std::signal(SIGPIPE, SIG_IGN);
  if (awaitsSnapshot() && count > 1) return writeSnapshot(arguments[1]);
  Snapshot* snapshot = isDaemon(all) ? nullptr : mapSnapshot();
  if (snapshot == nullptr) runFromScratch(all);
  runFromSnapshot(all, *snapshot);
}
