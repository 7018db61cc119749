// What waits: the event loop and the things it keeps alive.
#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

#include "host-call.h"

namespace netwright::engine {

// Something that waits, or may. The loop owns it; scripts know it by its key.
class Activity {
 public:
  using Key = uint32_t;

  Activity() = default;
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
  // Runs no script: it may be the end of the engine.
  virtual ~Activity() = default;

  // Makes its task a job. Called once for each time that it is due.
  virtual void begin() {}

  [[nodiscard]] Key key() const { return key_; }

 private:
  friend class Loop;
  Key key_ = 0;
};

// The event loop of one engine. It must go before the context that its activities have values of.
class Loop {
 public:
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  // Begins the next task that is due; without one, waits for the next events and handles them.
  // False when there is nothing left to wait for.
  [[nodiscard]] bool runOnce();

  [[nodiscard]] uv_loop_t* get() { return &loop_; }
  // Keeps the activity until it is dropped, and gives it a key, which is never used again.
  template <typename Kind>
  Kind& keep(std::unique_ptr<Kind> activity) {
    Kind& kept = *activity;
    kept.key_ = nextKey_++;
    activities_.emplace(kept.key_, std::move(activity));
    return kept;
  }
  // The activity with the key, or null when it was dropped or is of another kind.
  template <typename Kind>
  [[nodiscard]] Kind* find(Activity::Key key) const {
    const auto found = activities_.find(key);
    return found == activities_.end() ? nullptr : dynamic_cast<Kind*>(found->second.get());
  }
  void drop(Activity::Key key) { activities_.erase(key); }
  // Has the task of the activity begin when all jobs and the tasks before it are done, unless it is
  // dropped by then.
  void makeDue(const Activity& activity) {
    due_.push_back(activity.key());
    // libuv looks at its timers before it waits for anything else, which it is not to do now.
    uv_stop(&loop_);
  }

 private:
  // False when there is none.
  [[nodiscard]] bool beginNext();

  uv_loop_t loop_{};
  std::unordered_map<Activity::Key, std::unique_ptr<Activity>> activities_;
  std::deque<Activity::Key> due_;
  Activity::Key nextKey_ = 1;
};

// A handle of libuv, closed with its owner. libuv needs its memory for a moment longer.
template <typename Handle>
class UvHandle {
 public:
  // `initialize` gets the handle and returns what libuv does. The handle's `data` is `owner`.
  template <typename Initialize>
  UvHandle(void* owner, Initialize initialize) : handle_(std::make_unique<Handle>()) {
    const int result = initialize(handle_.get());
    if (result < 0) throw Refusal{-result};
    handle_->data = owner;
  }
  UvHandle(const UvHandle&) = delete;
  UvHandle& operator=(const UvHandle&) = delete;
  ~UvHandle() {
    auto* closing = reinterpret_cast<uv_handle_t*>(handle_.release());
    uv_close(closing, [](uv_handle_t* closed) {
      const std::unique_ptr<Handle> end(reinterpret_cast<Handle*>(closed));
    });
  }

  [[nodiscard]] Handle* get() const { return handle_.get(); }

 private:
  std::unique_ptr<Handle> handle_;
};

// What libuv returned; throws when it is an error.
void checkUv(int result);

}  // namespace netwright::engine
