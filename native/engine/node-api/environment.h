// Node-API over QuickJS, for one addon in one context.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <functional>
#include <memory>

struct uv_loop_s;

namespace netwright::engine {

// What an addon knows as its `napi_env`. It needs the intrinsics MapSet, WeakRef and TypedArrays of
// its context, must be made before scripts can tamper with the globals, and must go before the
// context goes.
//
// Its functions and objects may outlive it: calling them then throws.
class NodeApiEnvironment {
 public:
  // `loop` gives what the addon waits in, whenever it asks for it. Throws std::runtime_error if the
  // context has not the globals that Node-API stands on.
  NodeApiEnvironment(JSContext* context, std::function<uv_loop_s*()> loop);
  // Runs the finalizers of all that is still wrapped, newest first, and those of instance data, and
  // lets go of every reference. As in Node.js, what can run scripts is refused to them.
  ~NodeApiEnvironment();
  NodeApiEnvironment(const NodeApiEnvironment&) = delete;
  NodeApiEnvironment& operator=(const NodeApiEnvironment&) = delete;

  // Asks all that the addon waits for to stop. Whoever owns the loop then lets it run to its end,
  // before the environment goes.
  void stop();

  [[nodiscard]] napi_env get() const { return env_.get(); }

  // The exports of the addon whose entry is `init`, its `napi_register_module_v1`. If it throws,
  // the exception is left pending in the context and JS_EXCEPTION returned.
  [[nodiscard]] JSValue load(napi_value (*init)(napi_env env, napi_value exports));

  // Runs the finalizers of what has been collected; to be called between two turns of whatever runs
  // jobs, while no script runs, since they may call into it. Whether all went well; if not, what
  // the failing one threw is left pending in the context, and the others wait for the next call.
  [[nodiscard]] bool runFinalizers();

 private:
  std::shared_ptr<napi_env__> env_;
};

}  // namespace netwright::engine
