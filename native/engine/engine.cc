#include "engine.h"

#include <cstdlib>

#include "host-module.h"
#include "loop.h"
#include "value.h"

extern "C" napi_value napi_register_module_v1(napi_env env, napi_value exports);

namespace netwright::engine {

namespace {

// More than the largest sensible configuration and the fullest folder of addresses need.
constexpr size_t memoryLimit = 128UL * 1024 * 1024;
// A call that stays below this, as nearly all do, ends before garbage is worth collecting.
constexpr size_t collectionThreshold = 8UL * 1024 * 1024;

}  // namespace

Engine::Engine(std::span<char* const> arguments)
    : arguments_(arguments), runtime_(JS_NewRuntime()) {
  if (runtime_ == nullptr) std::abort();
  JS_SetMemoryLimit(runtime_, memoryLimit);
  JS_SetGCThreshold(runtime_, collectionThreshold);
  context_ = JS_NewContext(runtime_);
  if (context_ == nullptr) std::abort();
  JS_SetContextOpaque(context_, this);
}

Engine::~Engine() {
  loop_.reset();
  JS_FreeValue(context_, exports_);
  environment_.reset();
  JS_FreeContext(context_);
  JS_FreeRuntime(runtime_);
}

Engine& Engine::of(JSContext* context) {
  return *static_cast<Engine*>(JS_GetContextOpaque(context));
}

Value Engine::run(const char* module) {
  const Value evaluation(context_, JS_LoadModule(context_, "", module));
  if (evaluation.isException()) return {context_, JS_GetException(context_)};
  if (!runJobs()) return {context_, JS_GetException(context_)};
  while (JS_PromiseState(context_, evaluation.get()) == JS_PROMISE_PENDING) {
    if (loop_ == nullptr || !loop_->runOnce()) return stuck();
    if (!runJobs()) return {context_, JS_GetException(context_)};
  }
  const Value result(context_, JS_PromiseResult(context_, evaluation.get()));
  const bool isRejected = JS_PromiseState(context_, evaluation.get()) == JS_PROMISE_REJECTED;
  return {context_, isRejected ? result.copy() : JS_UNDEFINED};
}

bool Engine::runJobs() {
  JSContext* context = nullptr;
  int outcome = 0;
  do {
    outcome = JS_ExecutePendingJob(runtime_, &context);
  } while (outcome > 0);
  return outcome == 0 && (environment_ == nullptr || environment_->runFinalizers());
}

Value Engine::stuck() {
  JS_ThrowInternalError(context_, "", 1,
                        "the call waits for something that cannot happen any more");
  return {context_, JS_GetException(context_)};
}

JSValue Engine::loadAddon() {
  if (environment_ == nullptr) {
    environment_ = std::make_unique<NodeApiEnvironment>(context_);
    exports_ = environment_->load(napi_register_module_v1);
  }
  return JS_DupValue(context_, exports_);
}

Loop& Engine::loop() {
  if (loop_ == nullptr) loop_ = std::make_unique<Loop>();
  return *loop_;
}

}  // namespace netwright::engine
