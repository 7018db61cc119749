// The addon's entry: what `require` of it returns.

#include <napi.h>

#include <memory>

#include "../core/file-lock.h"
#include "../core/namespace-file.h"
#include "convert.h"
#include "guarded.h"
#include "namespace-object.h"
#include "socket-functions.h"

namespace netwright::binding {

namespace {

// initialize(SystemError): the class that refused system calls are thrown as.
void initialize(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) {
    throw Napi::TypeError::New(info.Env(), "expected the class SystemError");
  }
  auto* data = info.Env().GetInstanceData<EnvironmentData>();
  data->systemError = Napi::Persistent(info[0].As<Napi::Function>());
}

// createNamespace(name): its path.
Napi::Value createNamespace(const Napi::CallbackInfo& info) {
  const std::string name = requireText(info[0], "name");
  return Napi::String::New(info.Env(),
                           guarded(info.Env(), [&] { return NamespaceFile::create(name).path(); }));
}

// removeNamespace(name): whether it was there.
Napi::Value removeNamespace(const Napi::CallbackInfo& info) {
  const std::string name = requireText(info[0], "name");
  return Napi::Boolean::New(info.Env(),
                            guarded(info.Env(), [&] { return NamespaceFile::remove(name); }));
}

// tryLock(path, mode): a function that releases the lock, or undefined while somebody else has it.
Napi::Value tryLock(const Napi::CallbackInfo& info) {
  const std::string path = requireText(info[0], "path");
  const mode_t mode = requireNumber(info[1], "mode");
  auto lock = guarded(info.Env(), [&] { return FileLock::tryLock(path, mode); });
  if (!lock) return info.Env().Undefined();
  auto held = std::make_shared<std::optional<FileLock>>(std::move(lock));
  return Napi::Function::New(
      info.Env(), [held](const Napi::CallbackInfo&) { held->reset(); }, "release");
}

Napi::Object start(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(std::make_unique<EnvironmentData>().release());
  exports.Set("initialize", Napi::Function::New<initialize>(env, "initialize"));
  exports.Set("Namespace", NamespaceObject::define(env));
  exports.Set("createNamespace", Napi::Function::New<createNamespace>(env, "createNamespace"));
  exports.Set("removeNamespace", Napi::Function::New<removeNamespace>(env, "removeNamespace"));
  exports.Set("tryLock", Napi::Function::New<tryLock>(env, "tryLock"));
  defineSocketFunctions(env, exports);
  return exports;
}

}  // namespace

// NOLINTNEXTLINE(modernize-use-trailing-return-type): the macro's own text.
NODE_API_MODULE(netwright, start)

}  // namespace netwright::binding
