#include "names.h"

#include "../value.h"
#include "napi-env.h"
#include "text.h"

namespace netwright::engine {

Atom atomOf(napi_env env, const char* name, size_t length) {
  JSContext* context = env->context();
  const Value string(context, newString(context, viewOf(name, length)));
  return {context, string.isException() ? JS_ATOM_NULL : JS_ValueToAtom(context, string.get())};
}

Atom atomOf(napi_env env, napi_value key) {
  return {env->context(), JS_ValueToAtom(env->context(), valueOf(key))};
}

bool isName(napi_value value) {
  return JS_IsString(valueOf(value)) != 0 || JS_IsSymbol(valueOf(value)) != 0;
}

}  // namespace netwright::engine
