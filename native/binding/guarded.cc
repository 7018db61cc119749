#include "guarded.h"

namespace netwright::binding {

Napi::Error toJavaScript(Napi::Env env, const SystemError& error) {
  const auto* data = env.GetInstanceData<EnvironmentData>();
  if (data == nullptr || data->systemError.IsEmpty()) return Napi::Error::New(env, error.what());
  Napi::Object facts = Napi::Object::New(env);
  facts.Set("operation", error.operation());
  facts.Set("object", error.object());
  facts.Set("errno", error.error());
  facts.Set("code", error.code());
  facts.Set("text", error.text());
  if (!error.detail().empty()) facts.Set("detail", error.detail());
  return Napi::Error(env, data->systemError.New({facts}));
}

}  // namespace netwright::binding
