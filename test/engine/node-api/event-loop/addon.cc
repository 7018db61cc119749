// The event loop, calls of scripts out of it, and hooks for the end, which is told on standard
// output.

#include <uv.h>

#include <cstdio>
#include <memory>

#include "../addon.h"

namespace {

uv_loop_t* loopOf(napi_env env) {
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  return loop;
}

napi_value global(napi_env env) {
  napi_value value = nullptr;
  napi_get_global(env, &value);
  return value;
}

napi_value isOneLoop(const Call& call) {
  const uv_loop_t* loop = loopOf(call.env);
  return toBoolean(call.env, loop != nullptr && loop == loopOf(call.env));
}

// Calls a function once, out of the loop, and then another one with the status of that.
struct Task {
  napi_env env = nullptr;
  napi_ref function = nullptr;
  napi_ref told = nullptr;
  napi_async_context context = nullptr;
  uv_timer_t timer{};
};

napi_value valueOf(const Task& task, napi_ref reference) {
  napi_value value = nullptr;
  napi_get_reference_value(task.env, reference, &value);
  return value;
}

void runTask(const Task& task) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(task.env, &scope);
  napi_value argument = toText(task.env, "argument");
  napi_value result = argument;
  napi_value function = valueOf(task, task.function);
  napi_value told = valueOf(task, task.told);
  const napi_status status =
      napi_make_callback(task.env, task.context, global(task.env), function, 1, &argument, &result);
  napi_value exception = nullptr;
  if (status == napi_pending_exception) {
    napi_get_and_clear_last_exception(task.env, &exception);
  }
  std::array<napi_value, 2> said{toStatus(task.env, status),
                                 exception == nullptr ? result : exception};
  napi_make_callback(task.env, task.context, global(task.env), told, said.size(), said.data(),
                     nullptr);
  napi_close_handle_scope(task.env, scope);
}

void endTask(uv_handle_t* handle) {
  const std::unique_ptr<Task> task(static_cast<Task*>(handle->data));
  napi_delete_reference(task->env, task->function);
  napi_delete_reference(task->env, task->told);
  napi_async_destroy(task->env, task->context);
}

napi_value later(const Call& call) {
  auto task = std::make_unique<Task>();
  task->env = call.env;
  napi_create_reference(call.env, call[0], 1, &task->function);
  napi_create_reference(call.env, call[1], 1, &task->told);
  napi_async_init(call.env, nullptr, toText(call.env, "task"), &task->context);
  uv_timer_init(loopOf(call.env), &task->timer);
  uv_timer_t* timer = &task->timer;
  timer->data = task.release();
  const auto expire = [](uv_timer_t* expired) {
    runTask(*static_cast<Task*>(expired->data));
    uv_close(reinterpret_cast<uv_handle_t*>(expired), endTask);
  };
  uv_timer_start(timer, expire, 0, 0);
  return nullptr;
}

napi_value now(const Call& call) {
  napi_value result = nullptr;
  const napi_status status =
      napi_make_callback(call.env, nullptr, global(call.env), call[0], 0, nullptr, &result);
  return either(call.env, status, result);
}

// What is open at the end, and closes then.
struct Guest {
  const char* name;
  uv_timer_t timer;
  napi_async_cleanup_hook_handle hook;
};

Guest older{"the older guest", {}, nullptr};
Guest newer{"the newer guest", {}, nullptr};
Guest gone{"a guest that has gone", {}, nullptr};

void open(napi_env env, Guest& guest) {
  uv_timer_init(loopOf(env), &guest.timer);
  uv_unref(reinterpret_cast<uv_handle_t*>(&guest.timer));
  const auto end = [](napi_async_cleanup_hook_handle hook, void* data) {
    auto* ending = static_cast<Guest*>(data);
    std::printf("%s ends, %s\n", ending->name, hook == ending->hook ? "by its hook" : "by another");
    ending->timer.data = ending;
    uv_close(reinterpret_cast<uv_handle_t*>(&ending->timer), [](uv_handle_t* handle) {
      const auto* closed = static_cast<Guest*>(handle->data);
      std::printf("a guest is closed\n");
      std::fflush(stdout);
      napi_remove_async_cleanup_hook(closed->hook);
    });
  };
  napi_add_async_cleanup_hook(env, end, &guest, &guest.hook);
}

napi_value openGuests(const Call& call) {
  open(call.env, older);
  open(call.env, gone);
  open(call.env, newer);
  uv_close(reinterpret_cast<uv_handle_t*>(&gone.timer), nullptr);
  return toStatus(call.env, napi_remove_async_cleanup_hook(gone.hook));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<isOneLoop>(env, exports, "isOneLoop");
  expose<later>(env, exports, "later");
  expose<now>(env, exports, "now");
  expose<openGuests>(env, exports, "openGuests");
  return exports;
}
