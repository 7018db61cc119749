#include "function-object.h"

#include <memory>
#include <new>

#include "../value.h"
#include "napi-env.h"

namespace netwright::engine {

namespace {

// `prototype` of a function, with the `constructor` that leads back.
bool addPrototype(napi_env env, JSValueConst function) {
  JSContext* context = env->context();
  const Builtins& builtins = env->builtins();
  const Value prototype(context, JS_NewObject(context));
  if (prototype.isException()) return false;
  return JS_DefinePropertyValue(context, prototype.get(), builtins.constructor.get(),
                                JS_DupValue(context, function),
                                JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) >= 0 &&
         JS_DefinePropertyValue(context, function, builtins.prototype.get(), prototype.copy(),
                                JS_PROP_WRITABLE) >= 0;
}

bool addName(napi_env env, JSValueConst function, JSAtom name) {
  JSContext* context = env->context();
  Value text(context, JS_AtomToString(context, name));
  return !text.isException() &&
         JS_DefinePropertyValue(context, function, env->builtins().name.get(), text.release(),
                                JS_PROP_CONFIGURABLE) >= 0;
}

// The object that a constructor gets as `this`: an heir of its own, or of the class derived from
// it.
Value newInstance(const FunctionData& function, JSContext* context, JSValueConst newTarget) {
  const Atom& name = function.env()->builtins().prototype;
  Value prototype(context, JS_GetProperty(context, newTarget, name.get()));
  if (prototype.isException()) return prototype;
  if (JS_IsObject(prototype.get()) == 0) {
    prototype = Value(context, JS_GetClassProto(context, JS_CLASS_OBJECT));
  }
  Value instance(context,
                 JS_NewObjectProtoClass(context, prototype.get(), ObjectClasses::instance));
  if (instance.isException()) return instance;
  auto hidden = std::make_unique<HiddenData>(function.env());
  hidden->madeBy = function.constructs;
  JS_SetOpaque(instance.get(), hidden.release());
  return instance;
}

// `this` as functions get it that are not in strict mode, which those of V8's API are not.
Value sloppyReceiver(const FunctionData& function, JSContext* context, JSValueConst receiver) {
  if (JS_IsUndefined(receiver) != 0 || JS_IsNull(receiver) != 0) {
    return {context, JS_GetGlobalObject(context)};
  }
  return {context,
          JS_Call(context, function.env()->builtins().object.get(), JS_UNDEFINED, 1, &receiver)};
}

bool accepts(const FunctionData& function, JSValueConst receiver) {
  if (function.receiver == 0) return true;
  const auto* hidden =
      static_cast<const HiddenData*>(JS_GetOpaque(receiver, ObjectClasses::instance));
  return hidden != nullptr && hidden->madeBy == function.receiver;
}

JSValue run(JSContext* context, napi_callback_info__& info) {
  // The engine builds the stack of an error at once only below a frame of C; otherwise it leaves a
  // frame for the calling script to clean up, which it would not do if the addon handles the error.
  JSValueConst smuggled = JS_MKPTR(JS_TAG_UNINITIALIZED, &info);
  return JS_Call(context, info.function.env()->entry(), smuggled, 0, nullptr);
}

JSValue construct(JSContext* context, const FunctionData& function, JSValueConst newTarget,
                  std::span<const JSValueConst> arguments) {
  Value instance = newInstance(function, context, newTarget);
  if (instance.isException()) return JS_EXCEPTION;
  napi_callback_info__ info{function, instance.get(), newTarget, arguments};
  Value returned(context, run(context, info));
  if (returned.isException() || JS_IsObject(returned.get()) != 0) return returned.release();
  return instance.release();
}

JSValue call(JSContext* context, const FunctionData& function, JSValueConst receiver,
             std::span<const JSValueConst> arguments) {
  if (!accepts(function, receiver)) {
    return JS_ThrowTypeError(context, nullptr, 0, "Illegal invocation");
  }
  if (JS_IsObject(receiver) != 0) {
    napi_callback_info__ info{function, receiver, JS_UNDEFINED, arguments};
    return run(context, info);
  }
  const Value boxed = sloppyReceiver(function, context, receiver);
  if (boxed.isException()) return JS_EXCEPTION;
  napi_callback_info__ info{function, boxed.get(), JS_UNDEFINED, arguments};
  return run(context, info);
}

}  // namespace

JSValue newFunction(napi_env env, const FunctionSpec& spec) {
  JSContext* context = env->context();
  auto data = std::make_unique<FunctionData>(env->shared_from_this());
  data->callback = spec.callback;
  data->data = spec.data;
  data->constructs = spec.constructs;
  data->receiver = spec.receiver;
  Value function(context, JS_NewObjectClass(context, static_cast<int>(ObjectClasses::function)));
  if (function.isException()) return JS_EXCEPTION;
  JS_SetOpaque(function.get(), static_cast<HiddenData*>(data.release()));
  JS_SetConstructorBit(context, function.get(), 1);
  const bool isComplete =
      addName(env, function.get(), spec.name) && addPrototype(env, function.get());
  return isComplete ? function.release() : JS_EXCEPTION;
}

JSValue callFunction(JSContext* context, JSValueConst object, JSValueConst receiver, int count,
                     JSValueConst* arguments, int flags) {
  const auto& function = *static_cast<const FunctionData*>(
      static_cast<const HiddenData*>(JS_GetOpaque(object, ObjectClasses::function)));
  if (function.env()->isClosing()) {
    return JS_ThrowTypeError(context, nullptr, 0, "the environment of the addon has ended");
  }
  const std::span<const JSValueConst> given(arguments, static_cast<size_t>(count));
  const bool isNew = (flags & JS_CALL_FLAG_CONSTRUCTOR) != 0;
  // Exceptions of C++ must not cross QuickJS, which is C.
  try {
    return isNew ? construct(context, function, receiver, given)
                 : call(context, function, receiver, given);
  } catch (const std::bad_alloc&) {
    return JS_ThrowOutOfMemory(context);
  }
}

JSValue runCall(JSContext* /*context*/, JSValueConst smuggled, int /*count*/,
                JSValueConst* /*arguments*/) {
  auto* info = static_cast<napi_callback_info>(JS_VALUE_GET_PTR(smuggled));
  napi_env env = info->function.env().get();
  env->finish(napi_ok);
  return env->enter([&] { return info->function.callback(env, info); });
}

}  // namespace netwright::engine
