// One JavaScript runtime: its modules, its jobs, its event loop and how it ends.
#pragma once

#include <limits>
#include <memory>
#include <span>

#include "memory.h"
#include "node-api/environment.h"
#include "value.h"

namespace netwright::engine {

class Loop;
struct Snapshot;

// QuickJS with one context. There is one per process.
class Engine {
 public:
  // `arguments` are those of main(), and live as long as the engine. So does the memory.
  Engine(std::span<char* const> arguments, Memory& memory);
  // Goes on from a snapshot that has been restored.
  Engine(std::span<char* const> arguments, const Snapshot& snapshot);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // The engine a context belongs to.
  [[nodiscard]] static Engine& of(JSContext* context);

  // Evaluates the module and waits until its top level has come to its end. Returns what that
  // threw, or undefined.
  [[nodiscard]] Value run(const char* module);
  // Evaluates the module unless that has been done, calls what it exports as `run`, and waits until
  // that has come to its end. Returns what was thrown, or undefined.
  [[nodiscard]] Value call(const char* module);

  [[nodiscard]] JSContext* context() const { return context_; }
  [[nodiscard]] JSRuntime* runtime() const { return runtime_; }
  [[nodiscard]] std::span<char* const> arguments() const { return arguments_; }
  // What main() returns; scripts set it.
  [[nodiscard]] int exitStatus() const { return exitStatus_; }
  void setExitStatus(int status) { exitStatus_ = status; }
  // A reference to the addon's exports, the same object at every call; JS_EXCEPTION when the addon
  // cannot start.
  [[nodiscard]] JSValue loadAddon();
  // The event loop, which begins to exist with the first thing that has to wait.
  [[nodiscard]] Loop& loop();
  // Has garbage be collected between tasks from now on, long before QuickJS would: what is never
  // given back to the system had better not be taken.
  void keepLean();

 private:
  // Runs what promises have made ready; false leaves an exception behind.
  [[nodiscard]] bool runJobs();
  // Waits for what a promise comes to, and takes it over. Gives that, or leaves an exception
  // behind.
  [[nodiscard]] Value settle(JSValue promise);
  // The exception that has been left behind, if one has.
  [[nodiscard]] Value thrownBy(const Value& outcome);

  // Collects garbage if there may be a good deal of it.
  void tidyUp();
  // What to throw when nothing is left that could settle a promise.
  JSValue throwStuck();

  std::span<char* const> arguments_;
  const Memory& memory_;
  JSRuntime* runtime_;
  JSContext* context_ = nullptr;
  std::unique_ptr<NodeApiEnvironment> environment_;
  JSValue exports_ = JS_UNDEFINED;
  std::unique_ptr<Loop> loop_;
  int exitStatus_ = 0;
  // How many bytes of memory are worth a collection; only for those who stay.
  size_t collectionMark_ = std::numeric_limits<size_t>::max();
};

}  // namespace netwright::engine
