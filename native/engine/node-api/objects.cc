#include "objects.h"

#include "napi-env.h"

namespace netwright::engine {

napi_status asObject(napi_env env, napi_value value, JSValueConst& object) {
  object = valueOf(value);
  if (JS_IsObject(object) != 0) return napi_ok;
  if (JS_IsUndefined(object) != 0 || JS_IsNull(object) != 0) {
    JS_ThrowTypeError(env->context(), nullptr, 0, "cannot convert undefined or null to object");
    env->takeException();
    return napi_object_expected;
  }
  napi_value boxed = nullptr;
  const napi_status status = env->give(
      &boxed, JS_Call(env->context(), env->builtins().object.get(), JS_UNDEFINED, 1, &object));
  if (status == napi_ok) object = valueOf(boxed);
  return status;
}

}  // namespace netwright::engine
