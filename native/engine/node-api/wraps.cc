// Native objects behind those of scripts, their finalizers and their tags.

#include "call.h"
#include "hidden-data.h"
#include "objects.h"

using netwright::engine::asObject;
using netwright::engine::basicCall;
using netwright::engine::given;
using netwright::engine::HiddenData;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

namespace {

// The weak reference that the addon asked for, if it did.
napi_status giveReference(napi_env env, napi_value object, napi_ref* result) {
  if (result == nullptr) return napi_ok;
  *result = napi_ref__::create(env, valueOf(object), 0);
  return *result == nullptr ? env->takeException() : napi_ok;
}

HiddenData* wrapped(napi_env env, napi_value object) {
  if (JS_IsObject(valueOf(object)) == 0) return nullptr;
  HiddenData* hidden = HiddenData::find(env, valueOf(object));
  return hidden != nullptr && hidden->wrap ? hidden : nullptr;
}

bool isSame(const napi_type_tag& left, const napi_type_tag& right) {
  return left.lower == right.lower && left.upper == right.upper;
}

}  // namespace

napi_status napi_wrap(napi_env env, napi_value object, void* native, napi_finalize finalize,
                      void* hint, napi_ref* result) {
  return scriptCall(env, given(object), [&] {
    if (JS_IsObject(valueOf(object)) == 0) return napi_invalid_arg;
    HiddenData* hidden = HiddenData::require(env, valueOf(object));
    if (hidden == nullptr) return env->takeException();
    if (hidden->wrap) return napi_invalid_arg;
    // First what may fail: the addon frees what it could not wrap.
    const napi_status status = giveReference(env, object, result);
    if (status != napi_ok) return status;
    HiddenData::Wrap wrap{native, std::nullopt};
    if (finalize != nullptr) wrap.finalizer = env->finalizers().add({finalize, native, hint});
    hidden->wrap = wrap;
    return napi_ok;
  });
}

napi_status napi_unwrap(napi_env env, napi_value object, void** result) {
  return scriptCall(env, given(object, result), [&] {
    const HiddenData* hidden = wrapped(env, object);
    if (hidden == nullptr) return napi_invalid_arg;
    *result = hidden->wrap->native;
    return napi_ok;
  });
}

napi_status napi_remove_wrap(napi_env env, napi_value object, void** result) {
  return scriptCall(env, given(object), [&] {
    HiddenData* hidden = wrapped(env, object);
    if (hidden == nullptr) return napi_invalid_arg;
    if (result != nullptr) *result = hidden->wrap->native;
    if (hidden->wrap->finalizer) env->finalizers().forget(*hidden->wrap->finalizer);
    hidden->wrap.reset();
    return napi_ok;
  });
}

napi_status napi_add_finalizer(napi_env env, napi_value object, void* data, napi_finalize finalize,
                               void* hint, napi_ref* result) {
  return basicCall(env, given(object, finalize), [&] {
    if (JS_IsObject(valueOf(object)) == 0) return napi_invalid_arg;
    HiddenData* hidden = HiddenData::require(env, valueOf(object));
    if (hidden == nullptr) return env->takeException();
    const napi_status status = giveReference(env, object, result);
    if (status == napi_ok) hidden->addFinalizer({finalize, data, hint});
    return status;
  });
}

napi_status napi_type_tag_object(napi_env env, napi_value object, const napi_type_tag* tag) {
  return scriptCall(env, given(object, tag), [&] {
    JSValueConst tagged = JS_UNDEFINED;
    const napi_status status = asObject(env, object, tagged);
    if (status != napi_ok) return status;
    HiddenData* hidden = HiddenData::require(env, tagged);
    if (hidden == nullptr) return env->takeException();
    if (hidden->typeTag) return napi_invalid_arg;
    hidden->typeTag = *tag;
    return napi_ok;
  });
}

napi_status napi_check_object_type_tag(napi_env env, napi_value object, const napi_type_tag* tag,
                                       bool* result) {
  return scriptCall(env, given(object, tag, result), [&] {
    JSValueConst tagged = JS_UNDEFINED;
    const napi_status status = asObject(env, object, tagged);
    if (status != napi_ok) return status;
    const HiddenData* hidden = HiddenData::find(env, tagged);
    *result = hidden != nullptr && hidden->typeTag && isSame(*hidden->typeTag, *tag);
    return napi_ok;
  });
}
