#include "engine.h"

#include <algorithm>

#include "failure.h"
#include "host-module.h"
#include "loop.h"
#include "snapshot.h"
#include "value.h"

extern "C" napi_value napi_register_module_v1(napi_env env, napi_value exports);

namespace netwright::engine {

namespace {

// More than the largest sensible configuration and the fullest folder of addresses need.
constexpr size_t memoryLimit = 128UL * 1024 * 1024;
// A call that stays below this, as nearly all do, ends before garbage is worth collecting.
constexpr size_t collectionThreshold = 8UL * 1024 * 1024;
// Whoever stays looks for garbage when there may be this much, or an eighth of all that there is.
constexpr size_t leastGarbage = 256UL * 1024;

}  // namespace

Engine::Engine(std::span<char* const> arguments, Memory& memory)
    : arguments_(arguments), memory_(memory), runtime_(memory.newRuntime()) {
  if (runtime_ == nullptr) fail(outOfMemory);
  JS_SetMemoryLimit(runtime_, memoryLimit);
  JS_SetGCThreshold(runtime_, collectionThreshold);
  context_ = JS_NewContext(runtime_);
  if (context_ == nullptr) fail(outOfMemory);
  JS_SetContextOpaque(context_, this);
}

Engine::Engine(std::span<char* const> arguments, const Snapshot& snapshot)
    : arguments_(arguments),
      memory_(snapshot.memory),
      runtime_(snapshot.runtime),
      context_(snapshot.context) {
  JS_UpdateStackTop(runtime_);
  JS_SetMaxStackSize(runtime_, JS_DEFAULT_STACK_SIZE);
  JS_SetContextOpaque(context_, this);
}

Engine::~Engine() {
  if (environment_ != nullptr) environment_->stop();
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
  return thrownBy(settle(JS_LoadModule(context_, "", module)));
}

Value Engine::call(const char* module) {
  const Value exports = settle(JS_LoadModule(context_, "", module));
  if (exports.isException()) return thrownBy(exports);
  const Value function(context_, JS_GetPropertyStr(context_, exports.get(), "run"));
  return thrownBy(settle(JS_Call(context_, function.get(), JS_UNDEFINED, 0, nullptr)));
}

Value Engine::settle(JSValue started) {
  const Value promise(context_, started);
  if (promise.isException() || !runJobs()) return {context_, JS_EXCEPTION};
  while (JS_PromiseState(context_, promise.get()) == JS_PROMISE_PENDING) {
    tidyUp();
    if (loop_ == nullptr || !loop_->runOnce()) return {context_, throwStuck()};
    if (!runJobs()) return {context_, JS_EXCEPTION};
  }
  const JSValue result = JS_PromiseResult(context_, promise.get());
  const bool isRejected = JS_PromiseState(context_, promise.get()) == JS_PROMISE_REJECTED;
  return {context_, isRejected ? JS_Throw(context_, result) : result};
}

void Engine::keepLean() {
  collectionMark_ = 0;
}

void Engine::tidyUp() {
  if (memory_.taken() < collectionMark_) return;
  JS_RunGC(runtime_);
  const size_t taken = memory_.taken();
  collectionMark_ = taken + std::max(taken / 8, leastGarbage);
}

JSValue Engine::throwStuck() {
  // QuickJS forgets a job for which there was no memory.
  if (memory_.hasRunOut()) return JS_ThrowOutOfMemory(context_);
  return JS_ThrowInternalError(context_, "", 1,
                               "the call waits for something that cannot happen any more");
}

Value Engine::thrownBy(const Value& outcome) {
  return {context_, outcome.isException() ? JS_GetException(context_) : JS_UNDEFINED};
}

bool Engine::runJobs() {
  JSContext* context = nullptr;
  int outcome = 0;
  do {
    outcome = JS_ExecutePendingJob(runtime_, &context);
  } while (outcome > 0);
  return outcome == 0 && (environment_ == nullptr || environment_->runFinalizers());
}

JSValue Engine::loadAddon() {
  if (environment_ == nullptr) {
    environment_ = std::make_unique<NodeApiEnvironment>(context_, [this] { return loop().get(); });
    exports_ = environment_->load(napi_register_module_v1);
  }
  return JS_DupValue(context_, exports_);
}

Loop& Engine::loop() {
  if (loop_ == nullptr) loop_ = std::make_unique<Loop>();
  return *loop_;
}

}  // namespace netwright::engine
