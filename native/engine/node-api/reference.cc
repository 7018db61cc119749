#include "reference.h"

#include "napi-env.h"

using netwright::engine::Value;

napi_ref napi_ref__::create(napi_env env, JSValueConst value, uint32_t count) {
  std::list<napi_ref__>& references = env->references();
  references.emplace_front(env->context(), value);
  napi_ref made = &references.front();
  made->self_ = references.begin();
  made->count_ = count;
  if (count > 0) return made;
  made->weaken(env);
  if (!made->held_.isException()) return made;
  made->remove(env);
  return nullptr;
}

void napi_ref__::remove(napi_env env) { env->references().erase(self_); }

uint32_t napi_ref__::increment(napi_env env) {
  if (count_ == 0) {
    Value strong = value(env);
    if (JS_IsUninitialized(strong.get()) != 0) return 0;
    held_ = std::move(strong);
  }
  return ++count_;
}

uint32_t napi_ref__::decrement(napi_env env) {
  count_ -= 1;
  if (count_ == 0) weaken(env);
  return count_;
}

Value napi_ref__::value(napi_env env) const {
  JSContext* context = env->context();
  if (count_ > 0) return {context, held_.copy()};
  // A symbol of the registry cannot be held weakly: the WeakRef was refused, it counts as gone.
  if (JS_IsObject(held_.get()) == 0) return {context, JS_UNINITIALIZED};
  Value target(context, JS_Call(context, env->builtins().deref.get(), held_.get(), 0, nullptr));
  if (JS_IsUndefined(target.get()) != 0) return {context, JS_UNINITIALIZED};
  return target;
}

void napi_ref__::weaken(napi_env env) {
  JSValueConst target = held_.get();
  held_ = Value(env->context(),
                JS_CallConstructor(env->context(), env->builtins().weakRef.get(), 1, &target));
}
