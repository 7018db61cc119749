#include "endpoint.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "utf8.h"

namespace netwright::engine {

namespace {

// As much as a pipe holds.
constexpr size_t chunkSize = 65536;

}  // namespace

Endpoint::Arrival Endpoint::receive(std::string& text) {
  const auto chunk = std::make_unique_for_overwrite<char[]>(chunkSize);
  ssize_t length = 0;
  try {
    length = complete([&] { return ::read(fd_.get(), chunk.get(), chunkSize); });
  } catch (const Refusal& refusal) {
    if (refusal.error == EAGAIN) return Arrival::nothing;
    throw;
  }
  std::string bytes = std::exchange(unfinished_, {});
  if (length == 0 && bytes.empty()) return Arrival::end;
  bytes.append(chunk.get(), static_cast<size_t>(length));
  const size_t unfinished = length == 0 ? 0 : unfinishedLength(bytes);
  unfinished_ = bytes.substr(bytes.size() - unfinished);
  bytes.resize(bytes.size() - unfinished);
  text += bytes;
  return Arrival::text;
}

bool Endpoint::send(std::string_view text) {
  unsent_ += text;
  std::string_view rest = unsent_;
  try {
    while (!rest.empty()) {
      const auto sent = complete([&] { return ::write(fd_.get(), rest.data(), rest.size()); });
      rest.remove_prefix(static_cast<size_t>(sent));
    }
  } catch (const Refusal& refusal) {
    if (refusal.error != EAGAIN) throw;
  }
  unsent_.erase(0, unsent_.size() - rest.size());
  return unsent_.empty();
}

Value Endpoint::whenReady(JSContext* context, Loop& loop, Readiness readiness) {
  if (waiter(readiness)) throw Refusal{EBUSY};
  if (!poll_) {
    poll_.emplace(this,
                  [&](uv_poll_t* handle) { return uv_poll_init(loop.get(), handle, fd_.get()); });
  }
  Value promise = waiter(readiness).emplace(context).promise();
  watch();
  return promise;
}

void Endpoint::giveUp() {
  settle(Readiness::reading, false);
  settle(Readiness::writing, false);
}

void Endpoint::watch() {
  const int reading = waiter(Readiness::reading) ? UV_READABLE : 0;
  const int writing = waiter(Readiness::writing) ? UV_WRITABLE : 0;
  if ((reading | writing) == 0) {
    checkUv(uv_poll_stop(poll_->get()));
    return;
  }
  checkUv(
      uv_poll_start(poll_->get(), reading | writing, [](uv_poll_t* handle, int status, int events) {
        static_cast<Endpoint*>(handle->data)->handle(status, events);
      }));
}

void Endpoint::handle(int status, int events) {
  // After an error libuv watches no longer; the next system call tells what it was.
  const bool isBroken = status < 0;
  if (isBroken || (events & UV_READABLE) != 0) settle(Readiness::reading, true);
  if (isBroken || (events & UV_WRITABLE) != 0) settle(Readiness::writing, true);
  watch();
}

void Endpoint::settle(Readiness readiness, bool isReady) {
  std::optional<Deferred> waiting = std::exchange(waiter(readiness), std::nullopt);
  if (waiting) waiting->resolve(isReady);
}

}  // namespace netwright::engine
