#include "handle-stack.h"

#include "../value.h"

namespace netwright::engine {

void HandleStack::grow(JSValue value) {
  Value guard(context_, value);
  chunks_.push_back(std::make_unique<Chunk>());
  static_cast<void>(guard.release());
}

}  // namespace netwright::engine
