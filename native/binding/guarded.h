// The one place where an exception of the core becomes a JavaScript error.
#pragma once

#include <napi.h>

#include <new>

#include "../core/system-error.h"

namespace netwright::binding {

// What one JavaScript environment (a main thread or a worker) needs to remember.
struct EnvironmentData {
  // The class SystemError of src/base, handed over by `initialize`.
  Napi::FunctionReference systemError;
};

// The JavaScript error of a refused system call: an instance of the class handed to `initialize`,
// or a plain Error before that.
[[nodiscard]] Napi::Error toJavaScript(Napi::Env env, const SystemError& error);

// Runs a call into the core and returns what it returns; a SystemError is rethrown as a JavaScript
// exception. Running out of memory becomes one, too.
template <typename Call>
auto guarded(Napi::Env env, Call call) {
  try {
    return call();
  } catch (const SystemError& error) {
    throw toJavaScript(env, error);
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(env, "out of memory");
  }
}

}  // namespace netwright::binding
