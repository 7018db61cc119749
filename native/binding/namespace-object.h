// The class Namespace as scripts see it.
#pragma once

#include <napi.h>

#include <optional>

#include "../core/namespace.h"

namespace netwright::binding {

// One open network namespace and its netlink socket. The methods are those of namespace-methods.h.
class NamespaceObject : public Napi::ObjectWrap<NamespaceObject> {
 public:
  [[nodiscard]] static Napi::Function define(Napi::Env env);

  // `new Namespace(path)` opens; `new Namespace()` is the namespace of the calling thread.
  explicit NamespaceObject(const Napi::CallbackInfo& info);

  // The namespace of an object of this class. Throws a TypeError for anything else, and an Error
  // once it has been closed.
  [[nodiscard]] static Namespace& require(const Napi::Value& value);
  // The same, but null for `undefined`.
  [[nodiscard]] static Namespace* find(const Napi::Value& value);
  // Lets go of the namespace; once more does nothing.
  static Napi::Value close(const Napi::CallbackInfo& info);

 private:
  [[nodiscard]] static NamespaceObject& unwrap(const Napi::Value& value);

  std::optional<Namespace> space_;
};

}  // namespace netwright::binding
