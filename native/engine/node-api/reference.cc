#include "reference.h"

#include "napi-env.h"

using netwright::engine::Value;

napi_ref napi_ref__::create(napi_env env, JSValueConst value, uint32_t count) {
  std::list<napi_ref__>& references = env->references();
  references.emplace_front(env->context(), value);
  napi_ref made = &references.front();
  made->self_ = references.begin();
  made->count_ = count;
  if (count > 0 || made->weaken(env)) return made;
  made->remove(env);
  return nullptr;
}

void napi_ref__::remove(napi_env env) {
  env->references().erase(self_);
}

napi_status napi_ref__::increment(napi_env env) {
  if (count_ == 0) {
    Value strong = value(env);
    if (strong.isException()) return env->takeException();
    if (JS_IsUninitialized(strong.get()) != 0) return napi_ok;
    held_ = std::move(strong);
  }
  count_ += 1;
  return napi_ok;
}

napi_status napi_ref__::decrement(napi_env env) {
  if (count_ == 0) return napi_generic_failure;
  if (count_ == 1 && !weaken(env)) return env->takeException();
  count_ -= 1;
  return napi_ok;
}

Value napi_ref__::value(napi_env env) const {
  JSContext* context = env->context();
  if (count_ > 0 || JS_IsSymbol(held_.get()) != 0) return {context, held_.copy()};
  Value target(context, JS_Call(context, env->builtins().deref.get(), held_.get(), 0, nullptr));
  if (JS_IsUndefined(target.get()) != 0) return {context, JS_UNINITIALIZED};
  return target;
}

bool napi_ref__::weaken(napi_env env) {
  // Symbols of the registry never go, and WeakRef refuses them; the others are small.
  if (JS_IsSymbol(held_.get()) != 0) return true;
  JSContext* context = env->context();
  JSValueConst target = held_.get();
  Value weak(context, JS_CallConstructor(context, env->builtins().weakRef.get(), 1, &target));
  if (weak.isException()) return false;
  held_ = std::move(weak);
  return true;
}
