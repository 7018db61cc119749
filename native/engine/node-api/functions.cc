// Functions of the addon, and functions that the addon calls.

#include <array>
#include <vector>

#include "atom.h"
#include "call.h"
#include "function-object.h"
#include "names.h"

using netwright::engine::Atom;
using netwright::engine::atomOf;
using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::newFunction;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

namespace {

// The values behind handles, side by side as the engine takes them.
class Arguments {
 public:
  Arguments(size_t count, const napi_value* handles) : count_(count) {
    if (count > few_.size()) many_.resize(count);
    JSValueConst* values = data();
    for (size_t position = 0; position < count; ++position) {
      values[position] = valueOf(handles[position]);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(count_); }
  [[nodiscard]] JSValueConst* data() { return many_.empty() ? few_.data() : many_.data(); }

 private:
  size_t count_;
  std::array<JSValueConst, 8> few_;
  std::vector<JSValueConst> many_;
};

}  // namespace

napi_status napi_create_function(napi_env env, const char* name, size_t length,
                                 napi_callback callback, void* data, napi_value* result) {
  return scriptCall(env, given(callback, result), [&] {
    const Atom atom = atomOf(env, name == nullptr ? "" : name, name == nullptr ? 0 : length);
    if (atom.isException()) return env->takeException();
    return env->give(result, newFunction(env, {atom.get(), callback, data}));
  });
}

napi_status napi_get_cb_info(napi_env env, napi_callback_info info, size_t* count,
                             napi_value* values, napi_value* receiver, void** data) {
  return basicCall(env, given(info), [&] {
    JSContext* context = env->context();
    if (values != nullptr && count == nullptr) return napi_invalid_arg;
    if (values != nullptr) {
      for (size_t position = 0; position < *count; ++position) {
        values[position] = env->handles().push(position < info->arguments.size()
                                                   ? JS_DupValue(context, info->arguments[position])
                                                   : JS_UNDEFINED);
      }
    }
    if (count != nullptr) *count = info->arguments.size();
    if (receiver != nullptr) {
      *receiver = env->handles().push(JS_DupValue(context, info->receiver));
    }
    if (data != nullptr) *data = info->function.data;
    return napi_ok;
  });
}

napi_status napi_get_new_target(napi_env env, napi_callback_info info, napi_value* result) {
  return basicCall(env, given(info, result), [&] {
    *result = JS_IsUndefined(info->newTarget) != 0
                  ? nullptr
                  : env->handles().push(JS_DupValue(env->context(), info->newTarget));
    return napi_ok;
  });
}

napi_status napi_call_function(napi_env env, napi_value receiver, napi_value function, size_t count,
                               const napi_value* values, napi_value* result) {
  return scriptCall(env, given(receiver, function) && (count == 0 || given(values)), [&] {
    JSContext* context = env->context();
    if (JS_IsFunction(context, valueOf(function)) == 0) return napi_invalid_arg;
    Arguments arguments(count, values);
    JSValue returned =
        JS_Call(context, valueOf(function), valueOf(receiver), arguments.count(), arguments.data());
    if (result != nullptr) return env->give(result, returned);
    if (JS_IsException(returned) != 0) return env->takeException();
    JS_FreeValue(context, returned);
    return napi_ok;
  });
}

napi_status napi_new_instance(napi_env env, napi_value constructor, size_t count,
                              const napi_value* values, napi_value* result) {
  return scriptCall(env, given(constructor, result) && (count == 0 || given(values)), [&] {
    JSContext* context = env->context();
    if (JS_IsFunction(context, valueOf(constructor)) == 0) return napi_invalid_arg;
    Arguments arguments(count, values);
    return env->give(result, JS_CallConstructor(context, valueOf(constructor), arguments.count(),
                                                arguments.data()));
  });
}
