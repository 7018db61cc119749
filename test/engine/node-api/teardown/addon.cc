// Instance data, and the end of an environment: what happens there is told on standard output.

#include <cstdio>

#include "../addon.h"

namespace {

void tell(const char* what) {
  std::printf("%s\n", what);
  std::fflush(stdout);
}

// The name that a finalizer was registered with, and what is refused to it at the end.
void finalize(napi_env env, void* data, void* hint) {
  tell(static_cast<const char*>(data));
  napi_value object = nullptr;
  const bool canMake = napi_create_object(env, &object) == napi_ok;
  const bool canRun = canMake && napi_set_named_property(env, object, "a", object) == napi_ok;
  if (canRun) tell("can run scripts");
  if (hint != nullptr) napi_delete_reference(env, static_cast<napi_ref>(hint));
}

char firstData[] = "the first instance data";
char secondData[] = "the second instance data";
char oldest[] = "the oldest wrap";
char middle[] = "a finalizer";
char newest[] = "the newest wrap";
char removed[] = "a removed wrap";

napi_value getInstanceData(const Call& call) {
  void* data = nullptr;
  napi_get_instance_data(call.env, &data);
  return data == nullptr ? nullptr : toText(call.env, static_cast<const char*>(data));
}

napi_value setInstanceData(const Call& call) {
  return toStatus(call.env, napi_set_instance_data(call.env, secondData, finalize, nullptr));
}

napi_value wrapOldest(const Call& call) {
  napi_ref reference = nullptr;
  napi_create_reference(call.env, call[1], 1, &reference);
  return toStatus(call.env, napi_wrap(call.env, call[0], oldest, finalize, reference, nullptr));
}

napi_value addFinalizer(const Call& call) {
  return toStatus(call.env,
                  napi_add_finalizer(call.env, call[0], middle, finalize, nullptr, nullptr));
}

napi_value wrapNewest(const Call& call) {
  napi_ref reference = nullptr;
  return toStatus(call.env, napi_wrap(call.env, call[0], newest, finalize, nullptr, &reference));
}

napi_value wrapAndRemove(const Call& call) {
  napi_wrap(call.env, call[0], removed, finalize, nullptr, nullptr);
  return toStatus(call.env, napi_remove_wrap(call.env, call[0], nullptr));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<getInstanceData>(env, exports, "getInstanceData");
  if (napi_set_instance_data(env, firstData, finalize, nullptr) != napi_ok) return nullptr;
  expose<setInstanceData>(env, exports, "setInstanceData");
  expose<wrapOldest>(env, exports, "wrapOldest");
  expose<addFinalizer>(env, exports, "addFinalizer");
  expose<wrapNewest>(env, exports, "wrapNewest");
  expose<wrapAndRemove>(env, exports, "wrapAndRemove");
  return exports;
}
