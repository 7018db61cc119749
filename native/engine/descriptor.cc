#include "descriptor.h"

#include <poll.h>
#include <unistd.h>

#include "host-call.h"

namespace netwright::engine {

namespace {

// More than most configurations have; doubled when it is full.
constexpr size_t firstCapacity = 4096;

// A stream that another process made non-blocking says EAGAIN where it should wait.
template <typename Call>
size_t completeWhenReady(int descriptor, short event, Call call) {
  for (;;) {
    const ssize_t result = call();
    if (result >= 0) return static_cast<size_t>(result);
    if (errno == EAGAIN) {
      pollfd wanted{descriptor, event, 0};
      (void)complete([&] { return ::poll(&wanted, 1, -1); });
    } else if (errno != EINTR) {
      throw Refusal{errno};
    }
  }
}

}  // namespace

std::string readAll(int descriptor) {
  std::string bytes(firstCapacity, '\0');
  size_t length = 0;
  for (;;) {
    if (length == bytes.size()) bytes.resize(2 * length);
    const size_t count = completeWhenReady(descriptor, POLLIN, [&] {
      return ::read(descriptor, bytes.data() + length, bytes.size() - length);
    });
    if (count == 0) break;
    length += count;
  }
  bytes.resize(length);
  return bytes;
}

void writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t count = completeWhenReady(
        descriptor, POLLOUT, [&] { return ::write(descriptor, bytes.data(), bytes.size()); });
    bytes.remove_prefix(count);
  }
}

}  // namespace netwright::engine
