// What Node-API knows of an object and no script can see.
#pragma once

#include <js_native_api.h>
#include <quickjs.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "finalizers.h"

namespace netwright::engine {

// Belongs to one object and dies with it. Objects of our classes carry it themselves, so that
// neither `new` nor a method of a native class costs a look-up; for others there is a WeakMap, so
// that frozen objects and proxies can have it.
class HiddenData {
 public:
  explicit HiddenData(std::shared_ptr<napi_env__> env) : env_(std::move(env)) {}
  HiddenData(const HiddenData&) = delete;
  HiddenData& operator=(const HiddenData&) = delete;
  // The finalizers become due. Runs in the middle of collections: touches no value of the engine.
  virtual ~HiddenData();

  // That of an object; null if it has none.
  [[nodiscard]] static HiddenData* find(napi_env env, JSValueConst object);
  // The same, made if it has none; null if making it threw in the engine.
  [[nodiscard]] static HiddenData* require(napi_env env, JSValueConst object);

  void addFinalizer(const Finalizer& finalizer);

  [[nodiscard]] const std::shared_ptr<napi_env__>& env() const { return env_; }

  struct Wrap {
    void* native = nullptr;
    std::optional<Finalizers::Entry> finalizer;
  };
  std::optional<Wrap> wrap;
  std::optional<napi_type_tag> typeTag;
  // Which native class made the object, 0 if none.
  uint64_t madeBy = 0;

 private:
  std::shared_ptr<napi_env__> env_;
  std::vector<Finalizers::Entry> finalizers_;
};

// The classes of the objects that carry their HiddenData.
struct ObjectClasses {
  // What constructors of the addon make.
  static inline JSClassID instance = JS_INVALID_CLASS_ID;
  // Functions of the addon; theirs is a FunctionData.
  static inline JSClassID function = JS_INVALID_CLASS_ID;
  // Carries it in the WeakMap.
  static inline JSClassID companion = JS_INVALID_CLASS_ID;
};

// Makes the classes known to the runtime of the context, once.
void registerClasses(JSContext* context);

}  // namespace netwright::engine
