#include "hidden-data.h"

#include "../value.h"
#include "function-object.h"
#include "napi-env.h"

namespace netwright::engine {

namespace {

void dropHiddenData(JSRuntime* /*runtime*/, JSValue object) {
  JSClassID id = JS_INVALID_CLASS_ID;
  const std::unique_ptr<HiddenData> dropped(static_cast<HiddenData*>(JS_GetAnyOpaque(object, &id)));
}

void registerClass(JSRuntime* runtime, JSClassID& id, const JSClassDef& definition) {
  JS_NewClassID(&id);
  if (JS_IsRegisteredClass(runtime, id) != 0) return;
  if (JS_NewClass(runtime, id, &definition) != 0) throw std::bad_alloc();
}

bool isOurs(JSClassID id) {
  return id == ObjectClasses::instance || id == ObjectClasses::function;
}

HiddenData* fromMap(napi_env env, JSValueConst object) {
  const Builtins& builtins = env->builtins();
  JSContext* context = env->context();
  const Value companion(
      context, JS_Call(context, builtins.getHidden.get(), builtins.hidden.get(), 1, &object));
  // Only the end of the stack can be in the way, and then nothing can be done with the answer.
  if (companion.isException()) JS_FreeValue(context, JS_GetException(context));
  return static_cast<HiddenData*>(JS_GetOpaque(companion.get(), ObjectClasses::companion));
}

HiddenData* addToMap(napi_env env, JSValueConst object) {
  JSContext* context = env->context();
  auto made = std::make_unique<HiddenData>(env->shared_from_this());
  const Value companion(context,
                        JS_NewObjectProtoClass(context, JS_NULL, ObjectClasses::companion));
  if (companion.isException()) return nullptr;
  HiddenData* added = made.get();
  JS_SetOpaque(companion.get(), made.release());
  std::array<JSValueConst, 2> entry{object, companion.get()};
  const Builtins& builtins = env->builtins();
  const Value result(context, JS_Call(context, builtins.setHidden.get(), builtins.hidden.get(),
                                      entry.size(), entry.data()));
  return result.isException() ? nullptr : added;
}

}  // namespace

HiddenData::~HiddenData() {
  if (env_->isClosing()) return;
  if (wrap && wrap->finalizer) env_->finalizers().markDue(*wrap->finalizer);
  for (const Finalizers::Entry entry : finalizers_) env_->finalizers().markDue(entry);
}

HiddenData* HiddenData::find(napi_env env, JSValueConst object) {
  JSClassID id = JS_INVALID_CLASS_ID;
  void* opaque = JS_GetAnyOpaque(object, &id);
  return isOurs(id) ? static_cast<HiddenData*>(opaque) : fromMap(env, object);
}

HiddenData* HiddenData::require(napi_env env, JSValueConst object) {
  HiddenData* found = find(env, object);
  return found != nullptr ? found : addToMap(env, object);
}

void HiddenData::addFinalizer(const Finalizer& finalizer) {
  finalizers_.reserve(finalizers_.size() + 1);
  finalizers_.push_back(env_->finalizers().add(finalizer));
}

void registerClasses(JSContext* context) {
  JSRuntime* runtime = JS_GetRuntime(context);
  JSClassDef definition{};
  definition.finalizer = dropHiddenData;
  definition.class_name = "Object";
  registerClass(runtime, ObjectClasses::instance, definition);
  registerClass(runtime, ObjectClasses::companion, definition);
  definition.class_name = "Function";
  definition.call = callFunction;
  registerClass(runtime, ObjectClasses::function, definition);
}

}  // namespace netwright::engine
