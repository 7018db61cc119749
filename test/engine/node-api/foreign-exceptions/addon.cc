// Exceptions of C++ that the addon lets out. Node.js ends the process then; our engine, which must
// report an error whatever happens, makes errors of them.

#include <new>
#include <stdexcept>

#include "../addon.h"

namespace {

napi_value throwRuntimeError(const Call& /*call*/) {
  throw std::runtime_error("let out");
}

napi_value throwBadAlloc(const Call& /*call*/) {
  throw std::bad_alloc();
}

napi_value throwNumber(const Call& /*call*/) {
  throw 5;
}

// What was pending before stays.
napi_value throwBoth(const Call& call) {
  napi_throw(call.env, call[0]);
  throw std::runtime_error("let out");
}

void fail(napi_env /*env*/, void* /*data*/, void* /*hint*/) {
  throw std::runtime_error("let out of a finalizer");
}

napi_value failWhenGone(const Call& call) {
  return toStatus(call.env, napi_add_finalizer(call.env, call[0], nullptr, fail, nullptr, nullptr));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<throwRuntimeError>(env, exports, "throwRuntimeError");
  expose<throwBadAlloc>(env, exports, "throwBadAlloc");
  expose<throwNumber>(env, exports, "throwNumber");
  expose<throwBoth>(env, exports, "throwBoth");
  expose<failWhenGone>(env, exports, "failWhenGone");
  return exports;
}
