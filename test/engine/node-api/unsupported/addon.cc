// An addon that needs what our engine does not have: it must not link.

#include "../addon.h"

namespace {

napi_value queue(const Call& call) {
  napi_async_work work = nullptr;
  return toStatus(call.env, napi_create_async_work(
                                call.env, nullptr, call[0], [](napi_env, void*) {},
                                [](napi_env, napi_status, void*) {}, nullptr, &work));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<queue>(env, exports, "queue");
  return exports;
}
