// Properties of objects.

#include "atom.h"
#include "call.h"
#include "names.h"
#include "objects.h"

using netwright::engine::asObject;
using netwright::engine::Atom;
using netwright::engine::atomOf;
using netwright::engine::given;
using netwright::engine::isName;
using netwright::engine::scriptCall;
using netwright::engine::valueOf;

namespace {

Atom keyOf(napi_env env, napi_value key) {
  return atomOf(env, key);
}

Atom keyOf(napi_env env, const char* name) {
  return atomOf(env, name, NAPI_AUTO_LENGTH);
}

Atom keyOf(napi_env env, uint32_t index) {
  return {env->context(), JS_NewAtomUInt32(env->context(), index)};
}

// Finds the object and the key, a value or a name or an index, and runs `body(object, atom)`.
template <typename Key, typename Body>
napi_status withProperty(napi_env env, napi_value value, Key key, Body body) {
  JSValueConst object = JS_UNDEFINED;
  const napi_status status = asObject(env, value, object);
  if (status != napi_ok) return status;
  const Atom atom = keyOf(env, key);
  if (atom.isException()) return env->takeException();
  return body(object, atom.get());
}

// What the engine answers: yes, no, or an exception.
napi_status answer(napi_env env, int outcome, bool* result) {
  if (outcome < 0) return env->takeException();
  if (result != nullptr) *result = outcome != 0;
  return napi_ok;
}

// As in V8, an object that does not take the property is no failure.
constexpr int sloppy = 0;

template <typename Key>
napi_status setProperty(napi_env env, napi_value object, Key key, napi_value value) {
  return withProperty(env, object, key, [&](JSValueConst holder, JSAtom atom) {
    JSContext* context = env->context();
    JSValue copy = JS_DupValue(context, valueOf(value));
    return answer(env, JS_SetPropertyInternal(context, holder, atom, copy, holder, sloppy),
                  nullptr);
  });
}

template <typename Key>
napi_status hasProperty(napi_env env, napi_value object, Key key, bool* result) {
  return withProperty(env, object, key, [&](JSValueConst holder, JSAtom atom) {
    return answer(env, JS_HasProperty(env->context(), holder, atom), result);
  });
}

template <typename Key>
napi_status getProperty(napi_env env, napi_value object, Key key, napi_value* result) {
  return withProperty(env, object, key, [&](JSValueConst holder, JSAtom atom) {
    return env->give(result, JS_GetProperty(env->context(), holder, atom));
  });
}

template <typename Key>
napi_status deleteProperty(napi_env env, napi_value object, Key key, bool* result) {
  return withProperty(env, object, key, [&](JSValueConst holder, JSAtom atom) {
    return answer(env, JS_DeleteProperty(env->context(), holder, atom, sloppy), result);
  });
}

}  // namespace

napi_status napi_set_property(napi_env env, napi_value object, napi_value key, napi_value value) {
  return scriptCall(env, given(object, key, value),
                    [&] { return setProperty(env, object, key, value); });
}

napi_status napi_has_property(napi_env env, napi_value object, napi_value key, bool* result) {
  return scriptCall(env, given(object, key, result),
                    [&] { return hasProperty(env, object, key, result); });
}

napi_status napi_get_property(napi_env env, napi_value object, napi_value key, napi_value* result) {
  return scriptCall(env, given(object, key, result),
                    [&] { return getProperty(env, object, key, result); });
}

napi_status napi_delete_property(napi_env env, napi_value object, napi_value key, bool* result) {
  return scriptCall(env, given(object, key),
                    [&] { return deleteProperty(env, object, key, result); });
}

napi_status napi_has_own_property(napi_env env, napi_value object, napi_value key, bool* result) {
  return scriptCall(env, given(object, key, result), [&] {
    if (!isName(key)) return napi_name_expected;
    return withProperty(env, object, key, [&](JSValueConst holder, JSAtom atom) {
      return answer(env, JS_GetOwnProperty(env->context(), nullptr, holder, atom), result);
    });
  });
}

napi_status napi_set_named_property(napi_env env, napi_value object, const char* name,
                                    napi_value value) {
  return scriptCall(env, given(object, name, value),
                    [&] { return setProperty(env, object, name, value); });
}

napi_status napi_has_named_property(napi_env env, napi_value object, const char* name,
                                    bool* result) {
  return scriptCall(env, given(object, name, result),
                    [&] { return hasProperty(env, object, name, result); });
}

napi_status napi_get_named_property(napi_env env, napi_value object, const char* name,
                                    napi_value* result) {
  return scriptCall(env, given(object, name, result),
                    [&] { return getProperty(env, object, name, result); });
}

napi_status napi_set_element(napi_env env, napi_value object, uint32_t index, napi_value value) {
  return scriptCall(env, given(object, value),
                    [&] { return setProperty(env, object, index, value); });
}

napi_status napi_has_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  return scriptCall(env, given(object, result),
                    [&] { return hasProperty(env, object, index, result); });
}

napi_status napi_get_element(napi_env env, napi_value object, uint32_t index, napi_value* result) {
  return scriptCall(env, given(object, result),
                    [&] { return getProperty(env, object, index, result); });
}

napi_status napi_delete_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  return scriptCall(env, given(object), [&] { return deleteProperty(env, object, index, result); });
}
