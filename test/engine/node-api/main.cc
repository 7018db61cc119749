// Runs a conformance test on our engine: ADDON-EXECUTABLE [--collect-always] PRELUDE TEST. The
// addon is linked in.

#include <malloc.h>
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "engine/node-api/environment.h"
#include "engine/value.h"

extern "C" napi_value napi_register_module_v1(napi_env env, napi_value exports);

namespace {

using netwright::engine::NodeApiEnvironment;
using netwright::engine::Value;

size_t blocks = 0;

// The engine collects when an object is made and more is in use than a threshold, which it then
// sets by what is in use. Nothing ever is: it collects whenever an object is made.
// NOLINTBEGIN(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory): it is malloc's part.
void* allocate(JSMallocState* /*state*/, size_t size) {
  void* block = std::malloc(size);
  if (block != nullptr) blocks += 1;
  return block;
}

void release(JSMallocState* /*state*/, void* block) {
  if (block != nullptr) blocks -= 1;
  std::free(block);
}

void* reallocate(JSMallocState* state, void* block, size_t size) {
  if (block == nullptr) return allocate(state, size);
  if (size == 0) {
    release(state, block);
    return nullptr;
  }
  return std::realloc(block, size);
}
// NOLINTEND(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)

size_t usableSize(const void* block) {
  return malloc_usable_size(const_cast<void*>(block));
}

constexpr JSMallocFunctions memory = {allocate, release, reallocate, usableSize};

// The engine with the addon in it.
class Engine {
 public:
  explicit Engine(bool collectsAlways)
      : runtime_(JS_NewRuntime2(&memory, nullptr)), context_(JS_NewContext(runtime_)) {
    constexpr size_t never = SIZE_MAX;
    JS_SetGCThreshold(runtime_, collectsAlways ? 0 : never);
    JS_SetContextOpaque(context_, this);
    uv_loop_init(&loop_);
    environment_ = std::make_unique<NodeApiEnvironment>(context_, [this] { return &loop_; });
    const Value global(context_, JS_GetGlobalObject(context_));
    JS_SetPropertyStr(context_, global.get(), "gc", JS_NewCFunction(context_, collect, "gc", 0));
    JS_SetPropertyStr(context_, global.get(), "turn", JS_NewCFunction(context_, turn, "turn", 0));
    JS_SetPropertyStr(context_, global.get(), "addon", environment_->load(napi_register_module_v1));
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() {
    turns_.clear();
    environment_->stop();
    uv_run(&loop_, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop_) != 0) std::abort();
    environment_.reset();
    JS_FreeContext(context_);
    JS_FreeRuntime(runtime_);
  }

  // Whether the module came to its end.
  [[nodiscard]] bool run(const char* path) {
    std::ifstream file(path);
    const std::string script{std::istreambuf_iterator(file), {}};
    const Value promise(
        context_, JS_Eval(context_, script.c_str(), script.size(), path, JS_EVAL_TYPE_MODULE));
    if (promise.isException()) return report(Value(context_, JS_GetException(context_)));
    runTurns();
    if (JS_PromiseState(context_, promise.get()) == JS_PROMISE_FULFILLED) return true;
    return report(Value(context_, JS_PromiseResult(context_, promise.get())));
  }

 private:
  static JSValue collect(JSContext* context, JSValueConst, int, JSValueConst*) {
    JS_RunGC(JS_GetRuntime(context));
    return JS_UNDEFINED;
  }

  static JSValue turn(JSContext* context, JSValueConst, int, JSValueConst*) {
    auto* engine = static_cast<Engine*>(JS_GetContextOpaque(context));
    std::array<JSValue, 2> settle{JS_UNDEFINED, JS_UNDEFINED};
    const JSValue promise = JS_NewPromiseCapability(context, settle.data());
    engine->turns_.emplace_back(context, settle[0]);
    JS_FreeValue(context, settle[1]);
    return promise;
  }

  void runTurns() {
    do {
      uv_run(&loop_, UV_RUN_NOWAIT);
      const std::vector<Value> due = std::exchange(turns_, {});
      for (const Value& resolve : due) {
        const Value result(context_, JS_Call(context_, resolve.get(), JS_UNDEFINED, 0, nullptr));
      }
      while (JS_ExecutePendingJob(runtime_, nullptr) != 0) {
      }
      if (!environment_->runFinalizers()) {
        static_cast<void>(report(Value(context_, JS_GetException(context_))));
      }
    } while (!turns_.empty());
  }

  bool report(const Value& thrown) {
    for (const Value& part :
         {Value(context_, thrown.copy()),
          Value(context_, JS_GetPropertyStr(context_, thrown.get(), "stack"))}) {
      const char* text = JS_ToCString(context_, part.get());
      std::fprintf(stderr, "%s\n", text);
      JS_FreeCString(context_, text);
    }
    return false;
  }

  JSRuntime* runtime_;
  JSContext* context_;
  uv_loop_t loop_{};
  std::unique_ptr<NodeApiEnvironment> environment_;
  std::vector<Value> turns_;
};

bool runAll(std::span<char*> arguments) {
  const bool collectsAlways = std::strcmp(arguments.front(), "--collect-always") == 0;
  if (collectsAlways) arguments = arguments.subspan(1);
  Engine engine(collectsAlways);
  for (const char* path : arguments) {
    if (!engine.run(path)) return false;
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  const bool passed = runAll(std::span(arguments, static_cast<size_t>(count)).subspan(1));
  if (blocks != 0) std::fprintf(stderr, "the engine has not given back %zu blocks\n", blocks);
  return passed && blocks == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
