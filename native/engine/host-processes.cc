#include <sys/wait.h>

#include <csignal>

#include "endpoint.h"
#include "engine.h"
#include "host-functions.h"
#include "spawn.h"

namespace netwright::engine {

namespace {

// A program that was started, until its end.
class Child : public Activity {
 public:
  // From now on the end of a child is noticed; before, a parent that ignored SIGCHLD may have made
  // the kernel forget it, wait(2).
  Child(JSContext* context, Loop& loop)
      : context_(context),
        exit_(context),
        signal_(this, [&](uv_signal_t* handle) { return uv_signal_init(loop.get(), handle); }) {
    checkUv(uv_signal_start(
        signal_.get(), [](uv_signal_t* handle, int) { static_cast<Child*>(handle->data)->reap(); },
        SIGCHLD));
  }

  void start(Program program, const StandardStreams& streams) {
    process_ = spawn(std::move(program), streams);
  }
  // A child that has ended but was not waited for keeps its number, so this hits nobody else.
  void kill() const { ::kill(process_, SIGKILL); }
  [[nodiscard]] Value exit() const { return exit_.promise(); }

 private:
  void reap() {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) != process_) return;
    exit_.resolve(describe(status));
    Engine::of(context_).loop().drop(key());
  }

  [[nodiscard]] Value describe(int status) const {
    Value exit = requireValue(context_, JS_NewObject(context_));
    if (WIFEXITED(status)) {
      setProperty(context_, exit, "status", JS_NewInt32(context_, WEXITSTATUS(status)));
    } else {
      const char* name = sigabbrev_np(WTERMSIG(status));
      const std::string signal = name == nullptr ? std::to_string(WTERMSIG(status)) : name;
      setProperty(context_, exit, "signal", newText(context_, "SIG" + signal).release());
    }
    return exit;
  }

  JSContext* context_;
  Deferred exit_;
  UvHandle<uv_signal_t> signal_;
  pid_t process_ = -1;
};

JSValue keep(JSContext* context, Loop& loop, Fd fd) {
  makeNonBlocking(fd);
  return JS_NewUint32(context, loop.keep(std::make_unique<Endpoint>(std::move(fd))).key());
}

// spawn(path, parameters: string[], environment: string[]): Spawned
Value spawnChild(const Arguments& call) {
  JSContext* context = call.context();
  Program program{call.path(0), call.systemTexts(1), call.systemTexts(2)};
  Loop& loop = Engine::of(context).loop();
  Pipe input = openPipe();
  Pipe output = openPipe();
  Pipe diagnostic = openPipe();
  auto child = std::make_unique<Child>(context, loop);
  child->start(std::move(program), {std::move(input.reading), std::move(output.writing),
                                    std::move(diagnostic.writing)});

  const Child& started = loop.keep(std::move(child));
  Value spawned = requireValue(context, JS_NewObject(context));
  setProperty(context, spawned, "child", JS_NewUint32(context, started.key()));
  setProperty(context, spawned, "exit", started.exit().release());
  setProperty(context, spawned, "input", keep(context, loop, std::move(input.writing)));
  setProperty(context, spawned, "output", keep(context, loop, std::move(output.reading)));
  setProperty(context, spawned, "diagnostic", keep(context, loop, std::move(diagnostic.reading)));
  return spawned;
}

// kill(child): void; one that has ended is none
Value kill(const Arguments& call) {
  const auto key = static_cast<Activity::Key>(call.integer(0));
  const Child* child = Engine::of(call.context()).loop().find<Child>(key);
  if (child != nullptr) child->kill();
  return {call.context(), JS_UNDEFINED};
}

constexpr HostFunction functions[] = {
    hostFunction<spawnChild>("spawn", 3),
    hostFunction<kill>("kill", 1),
};

}  // namespace

std::span<const HostFunction> processFunctions() {
  return functions;
}

}  // namespace netwright::engine
