#include "sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include "fd.h"
#include "system-error.h"

namespace netwright {

namespace {

// Enough for thousands of reserved ports, the longest list there is.
constexpr size_t longestValue = 65536;

Attempt attemptOn(std::string_view operation, const NamespaceFile& space, std::string_view key) {
  return {operation, std::string(key) + " in " + space.path()};
}

bool hasUpwardStep(std::string_view key) {
  while (!key.empty()) {
    const size_t end = key.find('/');
    const std::string_view step = key.substr(0, end);
    if (step.empty() || step == "." || step == "..") return true;
    key = end == std::string_view::npos ? std::string_view{} : key.substr(end + 1);
  }
  return false;
}

// Only settings under `net/` belong to a network namespace; anything else would be the host's.
std::string pathOf(std::string_view key, const Attempt& attempt) {
  const bool isBelowNet = key.starts_with("net/") && !key.ends_with('/') &&
                          key.find('\0') == std::string_view::npos && !hasUpwardStep(key);
  if (!isBelowNet) fail(attempt, EINVAL, "the key of a setting looks like net/ipv4/ip_forward");
  return "/proc/sys/" + std::string(key);
}

// /proc/sys/net shows the settings of the namespace of whoever looks the path up; an open file
// stays with the namespace it was opened in.
Fd openIn(const NamespaceFile& space, const std::string& path, int flags, const Attempt& attempt) {
  const NamespaceScope scope(space);
  return Fd(check(::open(path.c_str(), flags | O_CLOEXEC), attempt));
}

}  // namespace

std::string readSysctl(const NamespaceFile& space, std::string_view key) {
  const Attempt attempt = attemptOn("read setting", space, key);
  const Fd fd = openIn(space, pathOf(key, attempt), O_RDONLY, attempt);
  // One read tells all: to a second one many settings answer with nothing.
  std::string value(longestValue, '\0');
  const auto size = static_cast<size_t>(check(
      retryInterrupted([&] { return ::read(fd.get(), value.data(), value.size()); }), attempt));
  if (size == value.size()) fail(attempt, EOVERFLOW, "the value is too long");
  value.resize(size);
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

void writeSysctl(const NamespaceFile& space, std::string_view key, std::string_view value) {
  const Attempt attempt = attemptOn("write setting", space, key);
  const Fd fd = openIn(space, pathOf(key, attempt), O_WRONLY, attempt);
  // Long lists are taken piece by piece, whole words at a time (proc_do_large_bitmap).
  while (!value.empty()) {
    const auto size = check(
        retryInterrupted([&] { return ::write(fd.get(), value.data(), value.size()); }), attempt);
    if (size == 0) fail(attempt, EIO, "the value was taken in part");
    value.remove_prefix(static_cast<size_t>(size));
  }
}

}  // namespace netwright
