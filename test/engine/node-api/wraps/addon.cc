// Native objects behind those of scripts, finalizers and type tags.

#include "../addon.h"

namespace {

// The pointers of finalizers that have run: numbers, so that scripts can tell them apart.
std::vector<double>& finalized() {
  static std::vector<double> all;
  return all;
}

// A pointer for every number below 1000.
std::array<char, 1000>& places() {
  static std::array<char, 1000> all;
  return all;
}

void* pointerTo(double number) {
  return &places().at(static_cast<size_t>(number));
}

double numberOf(const void* pointer) {
  return static_cast<double>(static_cast<const char*>(pointer) - places().data());
}

void note(napi_env /*env*/, void* data, void* hint) {
  finalized().push_back(numberOf(data) + numberOf(hint));
}

// wrap(object, number, hint); without a hint there is no finalizer.
napi_value wrap(const Call& call) {
  const bool hasFinalizer = call.given(2) != nullptr;
  return toStatus(call.env,
                  napi_wrap(call.env, call[0], pointerTo(call.number(1)),
                            hasFinalizer ? note : nullptr, pointerTo(call.number(2)), nullptr));
}

template <auto Unwrap>
napi_value unwrap(const Call& call) {
  void* pointer = places().data();
  const napi_status status = Unwrap(call.env, call[0], &pointer);
  return either(call.env, status, toNumber(call.env, numberOf(pointer)));
}

// Whether the reference that comes with the wrap has the object.
napi_value wrapWithReference(const Call& call) {
  napi_ref reference = nullptr;
  napi_wrap(call.env, call[0], nullptr, note, nullptr, &reference);
  napi_value value = nullptr;
  napi_get_reference_value(call.env, reference, &value);
  bool isSame = false;
  napi_strict_equals(call.env, value, call[0], &isSame);
  uint32_t count = 0;
  napi_reference_ref(call.env, reference, &count);
  napi_reference_unref(call.env, reference, nullptr);
  napi_remove_wrap(call.env, call[0], nullptr);
  napi_delete_reference(call.env, reference);
  return toBoolean(call.env, isSame && count == 1);
}

napi_value addFinalizer(const Call& call) {
  return toStatus(call.env, napi_add_finalizer(call.env, call[0], pointerTo(call.number(1)), note,
                                               pointerTo(0), nullptr));
}

// A finalizer that calls the function behind the reference with a new object.
void callBack(napi_env env, void* data, void* /*hint*/) {
  auto* reference = static_cast<napi_ref>(data);
  napi_value function = nullptr;
  napi_get_reference_value(env, reference, &function);
  napi_value object = nullptr;
  napi_create_object(env, &object);
  napi_set_named_property(env, object, "from", toText(env, "finalizer"));
  napi_call_function(env, object, function, 1, &object, nullptr);
  napi_delete_reference(env, reference);
}

napi_value callWhenGone(const Call& call) {
  napi_ref reference = nullptr;
  napi_create_reference(call.env, call[1], 1, &reference);
  return toStatus(call.env,
                  napi_add_finalizer(call.env, call[0], reference, callBack, nullptr, nullptr));
}

napi_value listFinalized(const Call& call) {
  napi_value list = nullptr;
  napi_create_array(call.env, &list);
  uint32_t position = 0;
  for (const double number : finalized()) {
    napi_set_element(call.env, list, position++, toNumber(call.env, number));
  }
  return list;
}

napi_type_tag tagOf(const Call& call) {
  return {1, static_cast<uint64_t>(call.number(1))};
}

napi_value tag(const Call& call) {
  const napi_type_tag tag = tagOf(call);
  return toStatus(call.env, napi_type_tag_object(call.env, call[0], &tag));
}

napi_value hasTag(const Call& call) {
  const napi_type_tag tag = tagOf(call);
  bool has = false;
  const napi_status status = napi_check_object_type_tag(call.env, call[0], &tag, &has);
  return either(call.env, status, toBoolean(call.env, has));
}

}  // namespace

NAPI_MODULE_INIT() {
  expose<wrap>(env, exports, "wrap");
  expose<unwrap<napi_unwrap>>(env, exports, "unwrap");
  expose<unwrap<napi_remove_wrap>>(env, exports, "removeWrap");
  expose<wrapWithReference>(env, exports, "wrapWithReference");
  expose<addFinalizer>(env, exports, "addFinalizer");
  expose<callWhenGone>(env, exports, "callWhenGone");
  expose<listFinalized>(env, exports, "finalized");
  expose<tag>(env, exports, "tag");
  expose<hasTag>(env, exports, "hasTag");
  return exports;
}
