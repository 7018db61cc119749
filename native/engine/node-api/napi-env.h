// What the addon's `napi_env` points to.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "../value.h"
#include "builtins.h"
#include "cleanup-hooks.h"
#include "finalizers.h"
#include "handle-stack.h"
#include "reference.h"

struct uv_loop_s;

// Named by js_native_api_types.h. Lives as long as anything of the addon does, closed once its
// NodeApiEnvironment has gone.
struct napi_env__ : std::enable_shared_from_this<napi_env__> {
 public:
  // What the addon waits in; asked for when it first does.
  using LoopSource = std::function<uv_loop_s*()>;

  napi_env__(JSContext* jsContext, LoopSource loopSource);
  napi_env__(const napi_env__&) = delete;
  napi_env__& operator=(const napi_env__&) = delete;
  ~napi_env__() = default;

  // The beginning of the end: asks all that the addon waits for to stop, the newest first. From now
  // on nothing may run scripts.
  void stop();
  // The end of the addon, while the context still lives.
  void close();
  // Nothing may run scripts any more.
  [[nodiscard]] bool isClosing() const { return isClosing_; }
  // Nothing of the engine may be touched any more.
  [[nodiscard]] bool isClosed() const { return !state_.has_value(); }

  [[nodiscard]] JSContext* context() const { return context_; }
  [[nodiscard]] netwright::engine::HandleStack& handles() { return state_->handles; }
  [[nodiscard]] const netwright::engine::Builtins& builtins() const { return state_->builtins; }
  [[nodiscard]] netwright::engine::Finalizers& finalizers() { return finalizers_; }
  [[nodiscard]] std::list<napi_ref__>& references() { return state_->references; }
  // The function of the engine in whose frame functions of the addon run; see runCall.
  [[nodiscard]] JSValueConst entry() const { return state_->entry.get(); }

  // Enters `status` as what napi_get_last_error_info reports.
  napi_status finish(napi_status status);
  [[nodiscard]] napi_status lastStatus() const { return lastError_.error_code; }
  // The last status with its text, which stays until the next call of Node-API.
  [[nodiscard]] const napi_extended_error_info& describeLastError(const char* text);

  // Hands a new value to the addon; if making it threw, takes the exception over.
  [[nodiscard]] napi_status give(napi_value* result, JSValue value);
  // Takes the exception over that the engine has just thrown: it is pending until the addon clears
  // it or returns to the script.
  napi_status takeException();
  // Makes this the pending exception. Takes over the reference.
  napi_status raise(JSValue exception);
  [[nodiscard]] bool hasException() const { return JS_IsUninitialized(exception_) == 0; }
  // Hands the pending exception to the caller.
  [[nodiscard]] JSValue clearException();

  // Runs code of the addon in a handle scope of its own. Returns what it returns, with a reference
  // of the caller's; undefined for null; JS_EXCEPTION, pending in the context, if it threw.
  template <typename Code>
  [[nodiscard]] JSValue enter(Code code);
  // Runs the finalizers that are due until one throws; whether none has.
  [[nodiscard]] bool runFinalizers();

  [[nodiscard]] uv_loop_s* loop() const { return loopSource_(); }
  [[nodiscard]] std::list<napi_async_cleanup_hook_handle__>& cleanupHooks() {
    return cleanupHooks_;
  }
  // Whether code of the addon has been called by a script, which goes on when that returns.
  [[nodiscard]] bool isInCall() const { return depth_ > 0; }

  [[nodiscard]] uint64_t nextClass() { return ++classes_; }

  // Handle scopes that the addon has opened and not closed.
  size_t openScopes = 0;
  struct InstanceData {
    void* data = nullptr;
    std::optional<netwright::engine::Finalizers::Entry> finalizer;
  };
  InstanceData instanceData;

 private:
  // What has to be given back to the engine.
  struct EngineState {
    explicit EngineState(JSContext* context);
    netwright::engine::Builtins builtins;
    netwright::engine::Value entry;
    netwright::engine::HandleStack handles;
    std::list<napi_ref__> references;
  };

  void raiseNative(const char* what);
  [[nodiscard]] JSValue leave(size_t height, napi_value result);

  JSContext* context_;
  LoopSource loopSource_;
  std::list<napi_async_cleanup_hook_handle__> cleanupHooks_;
  std::optional<EngineState> state_;
  netwright::engine::Finalizers finalizers_;
  JSValue exception_ = JS_UNINITIALIZED;
  napi_extended_error_info lastError_{};
  uint64_t classes_ = 0;
  int depth_ = 0;
  bool isClosing_ = false;
};

template <typename Code>
JSValue napi_env__::enter(Code code) {
  const size_t height = handles().height();
  const size_t scopes = openScopes;
  napi_value result = nullptr;
  depth_ += 1;
  // Exceptions of C++ must not cross QuickJS, which is C.
  try {
    result = code();
  } catch (const std::exception& error) {
    raiseNative(error.what());
  } catch (...) {
    raiseNative("unknown C++ exception");
  }
  depth_ -= 1;
  openScopes = scopes;
  return leave(height, result);
}
