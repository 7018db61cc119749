// One JavaScript runtime: its modules, its jobs, its event loop and how it ends.
#pragma once

#include <memory>
#include <span>

#include "node-api/environment.h"
#include "value.h"

namespace netwright::engine {

class Loop;

// QuickJS with one context. There is one per process.
class Engine {
 public:
  // `arguments` are those of main(), and live as long as the engine.
  explicit Engine(std::span<char* const> arguments);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // The engine a context belongs to.
  [[nodiscard]] static Engine& of(JSContext* context);

  // Evaluates the module and waits until its top level has come to its end. Returns what that
  // threw, or undefined.
  [[nodiscard]] Value run(const char* module);

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

 private:
  // Runs what promises have made ready; false leaves an exception behind.
  [[nodiscard]] bool runJobs();
  [[nodiscard]] Value stuck();

  std::span<char* const> arguments_;
  JSRuntime* runtime_;
  JSContext* context_ = nullptr;
  std::unique_ptr<NodeApiEnvironment> environment_;
  JSValue exports_ = JS_UNDEFINED;
  std::unique_ptr<Loop> loop_;
  int exitStatus_ = 0;
};

}  // namespace netwright::engine
