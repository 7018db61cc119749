#include "loop.h"

#include <cstdlib>

namespace netwright::engine {

void checkUv(int result) {
  if (result < 0) throw Refusal{-result};
}

Loop::Loop() {
  checkUv(uv_loop_init(&loop_));
}

Loop::~Loop() {
  activities_.clear();
  // Every handle is closing by now; this only lets libuv say so.
  uv_run(&loop_, UV_RUN_DEFAULT);
  if (uv_loop_close(&loop_) != 0) std::abort();
}

bool Loop::runOnce() {
  if (beginNext()) return true;
  if (uv_loop_alive(&loop_) == 0) return false;
  uv_run(&loop_, UV_RUN_ONCE);
  return true;
}

bool Loop::beginNext() {
  while (!due_.empty()) {
    auto* activity = find<Activity>(due_.front());
    due_.pop_front();
    if (activity == nullptr) continue;
    activity->begin();
    return true;
  }
  return false;
}

}  // namespace netwright::engine
