// An addon like our binding: in C++, with node-addon-api.

#include <napi.h>

#include <memory>
#include <string>
#include <utility>

namespace {

int living = 0;

// A counter that scripts see as a class, with each sort of member.
class Counter : public Napi::ObjectWrap<Counter> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Counter",
        {InstanceMethod<&Counter::add>("add"), InstanceMethod<&Counter::self>("self"),
         InstanceAccessor<&Counter::get, &Counter::set>("value"),
         StaticMethod<&Counter::countLiving>("living"),
         StaticValue("kind", Napi::String::New(env, "native"))});
  }

  explicit Counter(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Counter>(info) {
    if (info.Length() > 0 && !info[0].IsNumber()) {
      throw Napi::TypeError::New(info.Env(), "expected a number");
    }
    value_ = info.Length() > 0 ? info[0].As<Napi::Number>().Int64Value() : 0;
    living += 1;
    counts_ = true;
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter() override {
    if (counts_) living -= 1;
  }

 private:
  Napi::Value add(const Napi::CallbackInfo& info) {
    value_ += info[0].As<Napi::Number>().Int64Value();
    return info.This();
  }
  Napi::Value self(const Napi::CallbackInfo& /*info*/) { return Value(); }
  Napi::Value get(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(value_));
  }
  void set(const Napi::CallbackInfo& /*info*/, const Napi::Value& value) {
    value_ = value.ToNumber().Int64Value();
  }
  static Napi::Value countLiving(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), living);
  }

  int64_t value_ = 0;
  bool counts_ = false;
};

// callSafely(function): what it returns, or the message of what it throws, and its class.
Napi::Value callSafely(const Napi::CallbackInfo& info) {
  try {
    return info[0].As<Napi::Function>().Call({info[1]});
  } catch (const Napi::Error& error) {
    Napi::Object caught = Napi::Object::New(info.Env());
    caught["message"] = error.Message();
    caught["value"] = error.Value();
    return caught;
  }
}

Napi::Value callThrough(const Napi::CallbackInfo& info) {
  const auto guard = std::make_shared<std::string>("destroyed on the way");
  return info[0].As<Napi::Function>().Call({info[1]});
}

// A call that Node-API refuses becomes an exception.
Napi::Value misuse(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), info[0].As<Napi::Number>().DoubleValue());
}

Napi::Value throwOf(const Napi::CallbackInfo& info) {
  const std::string kind = info[0].As<Napi::String>();
  if (kind == "type") throw Napi::TypeError::New(info.Env(), "a type");
  if (kind == "range") throw Napi::RangeError::New(info.Env(), "a range");
  throw Napi::Error::New(info.Env(), "an error");
}

Napi::Value construct(const Napi::CallbackInfo& info) {
  return info[0].As<Napi::Function>().New({info[1]});
}

// A function with a state of its own, which dies with it.
Napi::Value makeNext(const Napi::CallbackInfo& info) {
  auto state = std::make_shared<int>(0);
  return Napi::Function::New(
      info.Env(),
      [state](const Napi::CallbackInfo& call) {
        *state += 1;
        return Napi::Number::New(call.Env(), *state);
      },
      "next");
}

Napi::FunctionReference& remembered() {
  static Napi::FunctionReference function;
  return function;
}

Napi::Value remember(const Napi::CallbackInfo& info) {
  remembered() = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

Napi::Value callRemembered(const Napi::CallbackInfo& info) {
  Napi::Value result = remembered().Call({info[0]});
  remembered().Reset();
  return result;
}

Napi::Value doubled(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  auto result = Napi::Uint16Array::New(info.Env(), bytes.ElementLength());
  for (size_t index = 0; index < bytes.ElementLength(); ++index) {
    result[index] = static_cast<uint16_t>(2 * bytes[index]);
  }
  return result;
}

Napi::Value negated(const Napi::CallbackInfo& info) {
  bool isLossless = false;
  const int64_t value = info[0].As<Napi::BigInt>().Int64Value(&isLossless);
  if (!isLossless) throw Napi::RangeError::New(info.Env(), "more than 64 bits");
  return Napi::BigInt::New(info.Env(), -value);
}

// An object of arrays of objects, each in a scope of its own.
Napi::Value nested(const Napi::CallbackInfo& info) {
  const uint32_t count = info[0].As<Napi::Number>();
  Napi::Array list = Napi::Array::New(info.Env(), count);
  for (uint32_t index = 0; index < count; ++index) {
    const Napi::HandleScope scope(info.Env());
    Napi::Object item = Napi::Object::New(info.Env());
    item.Set("index", index);
    item.Set("text", "nummer " + std::to_string(index) + " ä");
    list.Set(index, item);
  }
  Napi::EscapableHandleScope scope(info.Env());
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("list", list);
  object.DefineProperty(Napi::PropertyDescriptor::Value("count", list.Get("length"), napi_default));
  return scope.Escape(object);
}

template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
void expose(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<Body>(exports.Env(), name));
}

Napi::Object start(Napi::Env env, Napi::Object exports) {
  exports.Set("Counter", Counter::define(env));
  expose<callSafely>(exports, "callSafely");
  expose<callThrough>(exports, "callThrough");
  expose<misuse>(exports, "misuse");
  expose<throwOf>(exports, "throwOf");
  expose<construct>(exports, "construct");
  expose<makeNext>(exports, "makeNext");
  expose<remember>(exports, "remember");
  expose<callRemembered>(exports, "callRemembered");
  expose<doubled>(exports, "doubled");
  expose<negated>(exports, "negated");
  expose<nested>(exports, "nested");
  return exports;
}

}  // namespace

// NOLINTNEXTLINE(modernize-use-trailing-return-type): the macro's own text.
NODE_API_MODULE(conformance, start)
