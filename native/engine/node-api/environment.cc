#include "environment.h"

#include <utility>

#include "hidden-data.h"
#include "napi-env.h"

namespace netwright::engine {

namespace {

std::shared_ptr<napi_env__> makeEnv(JSContext* context, napi_env__::LoopSource loop) {
  registerClasses(context);
  return std::make_shared<napi_env__>(context, std::move(loop));
}

}  // namespace

NodeApiEnvironment::NodeApiEnvironment(JSContext* context, std::function<uv_loop_s*()> loop)
    : env_(makeEnv(context, std::move(loop))) {}

NodeApiEnvironment::~NodeApiEnvironment() {
  env_->close();
}

void NodeApiEnvironment::stop() {
  env_->stop();
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
