#include "environment.h"

#include <array>

#include "hidden-data.h"
#include "napi-env.h"

namespace netwright::engine {

namespace {

std::shared_ptr<napi_env__> makeEnv(JSContext* context) {
  registerClasses(context);
  return std::make_shared<napi_env__>(context);
}

}  // namespace

NodeApiEnvironment::NodeApiEnvironment(JSContext* context) : env_(makeEnv(context)) {}

NodeApiEnvironment::~NodeApiEnvironment() {
  env_->close();
}

JSValue NodeApiEnvironment::load(napi_value (*init)(napi_env env, napi_value exports)) {
  JSValue exports = JS_NewObject(env_->context());
  if (JS_IsException(exports) != 0) return JS_EXCEPTION;
  return env_->enter([&] {
    napi_value handle = env_->handles().push(exports);
    napi_value replaced = init(env_.get(), handle);
    return replaced == nullptr ? handle : replaced;
  });
}

bool NodeApiEnvironment::runFinalizers() {
  return env_->runFinalizers();
}

}  // namespace netwright::engine
