// The finalizers of an environment, from their registration to their call.
#pragma once

#include <js_native_api.h>

#include <list>

namespace netwright::engine {

struct Finalizer {
  napi_finalize callback = nullptr;
  void* data = nullptr;
  void* hint = nullptr;
};

// A finalizer may call into the engine, and what it waits for dies in the middle of a collection.
// So death only marks it as due, which allocates nothing, and it runs when it is safe.
class Finalizers {
 public:
  using Entry = std::list<Finalizer>::iterator;

  [[nodiscard]] Entry add(const Finalizer& finalizer) {
    return waiting_.insert(waiting_.begin(), finalizer);
  }
  // It shall never run. It must not be due yet.
  void forget(Entry entry) { waiting_.erase(entry); }
  void markDue(Entry entry) noexcept { due_.splice(due_.end(), waiting_, entry); }
  // At the end of an environment all are due: the newest first, since it may need the older ones.
  void markAllDue() noexcept { due_.splice(due_.end(), waiting_); }

  [[nodiscard]] bool anyDue() const { return !due_.empty(); }
  // Takes the one that has been due for longest; there must be one.
  [[nodiscard]] Finalizer take() {
    const Finalizer finalizer = due_.front();
    due_.pop_front();
    return finalizer;
  }

 private:
  std::list<Finalizer> waiting_;
  std::list<Finalizer> due_;
};

}  // namespace netwright::engine
