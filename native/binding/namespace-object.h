// The class Namespace as scripts see it.
#pragma once

#include <napi.h>

#include <memory>

#include "../core/namespace.h"

namespace netwright::binding {

// One open network namespace and its netlink socket. The methods are those of namespace-methods.h.
class NamespaceObject : public Napi::ObjectWrap<NamespaceObject> {
 public:
  [[nodiscard]] static Napi::Function define(Napi::Env env);

  // `new Namespace(path)` opens; `new Namespace()` is the namespace of the calling thread.
  explicit NamespaceObject(const Napi::CallbackInfo& info);

  // The namespace of an object of this class. Throws a TypeError for anything else, and an Error
  // once it has been closed. Whoever uses it holds it: a script can close it in the middle of a
  // call, from a getter of one of the call's own arguments.
  [[nodiscard]] static std::shared_ptr<Namespace> require(const Napi::Value& value);
  // The same, but null for `undefined`.
  [[nodiscard]] static std::shared_ptr<Namespace> find(const Napi::Value& value);
  // Lets go of the namespace; once more does nothing.
  static Napi::Value close(const Napi::CallbackInfo& info);

 private:
  [[nodiscard]] static NamespaceObject& unwrap(const Napi::Value& value);

  std::shared_ptr<Namespace> space_;
};

}  // namespace netwright::binding
