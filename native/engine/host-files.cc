#include <dirent.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "../core/fd.h"
#include "descriptor.h"
#include "file-status.h"
#include "host-functions.h"

namespace netwright::engine {

namespace {

Fd open(const std::string& path, int flags, mode_t mode = 0) {
  return Fd(complete([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }));
}

// readText(path): string
Value readText(const Arguments& call) {
  const Fd file = open(call.path(0), O_RDONLY);
  return newText(call.context(), readAll(file.get()));
}

// createExclusive(path, content, mode), append(path, content, mode): void
template <int flags>
Value write(const Arguments& call) {
  const Text content = call.text(1);
  const Fd file = open(call.path(0), O_WRONLY | O_CREAT | flags, call.mode(2));
  writeAll(file.get(), content.view());
  return {call.context(), JS_UNDEFINED};
}

// copyExclusive(from, to, mode): void
Value copyExclusive(const Arguments& call) {
  const Fd source = open(call.path(0), O_RDONLY);
  const Fd target = open(call.path(1), O_WRONLY | O_CREAT | O_EXCL, call.mode(2));
  // As much as one call copies.
  constexpr size_t chunk = 0x7ffff000;
  while (complete([&] { return ::sendfile(target.get(), source.get(), nullptr, chunk); }) > 0) {
  }
  return {call.context(), JS_UNDEFINED};
}

// link(from, to): void
Value link(const Arguments& call) {
  const std::string from = call.path(0);
  const std::string to = call.path(1);
  (void)complete([&] { return ::link(from.c_str(), to.c_str()); });
  return {call.context(), JS_UNDEFINED};
}

// readLink(path): string
Value readLink(const Arguments& call) {
  const std::string path = call.path(0);
  std::array<char, PATH_MAX> target;
  const auto length = static_cast<size_t>(
      complete([&] { return ::readlink(path.c_str(), target.data(), target.size()); }));
  return newText(call.context(), {target.data(), length});
}

// rename(from, to): void
Value rename(const Arguments& call) {
  const std::string from = call.path(0);
  const std::string to = call.path(1);
  (void)complete([&] { return ::rename(from.c_str(), to.c_str()); });
  return {call.context(), JS_UNDEFINED};
}

// unlink(path): void
Value unlink(const Arguments& call) {
  const std::string path = call.path(0);
  (void)complete([&] { return ::unlink(path.c_str()); });
  return {call.context(), JS_UNDEFINED};
}

// makeFolder(path, mode): void
Value makeFolder(const Arguments& call) {
  const std::string path = call.path(0);
  (void)complete([&] { return ::mkdir(path.c_str(), call.mode(1)); });
  return {call.context(), JS_UNDEFINED};
}

// status(path): Status
Value status(const Arguments& call) {
  const std::string path = call.path(0);
  struct stat found {};
  (void)complete([&] { return ::stat(path.c_str(), &found); });
  return newStatus(call.context(), found);
}

// list(path): string[]. Through getdents64(2), as opendir(3) would cost another system call.
Value list(const Arguments& call) {
  const Fd folder = open(call.path(0), O_RDONLY | O_DIRECTORY);
  TextList names(call.context());
  constexpr size_t capacity = 32768;
  alignas(dirent64) std::array<char, capacity> entries;
  for (;;) {
    const auto length = static_cast<size_t>(
        complete([&] { return ::getdents64(folder.get(), entries.data(), entries.size()); }));
    if (length == 0) return names.take();
    for (size_t position = 0; position < length;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + position);
      position += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.add(name);
    }
  }
}

constexpr HostFunction functions[] = {
    hostFunction<readText>("readText", 1),
    hostFunction<write<O_EXCL>>("createExclusive", 3),
    hostFunction<write<O_APPEND>>("append", 3),
    hostFunction<copyExclusive>("copyExclusive", 3),
    hostFunction<link>("link", 2),
    hostFunction<readLink>("readLink", 1),
    hostFunction<rename>("rename", 2),
    hostFunction<unlink>("unlink", 1),
    hostFunction<makeFolder>("makeFolder", 2),
    hostFunction<list>("list", 1),
    hostFunction<status>("status", 1),
};

}  // namespace

std::span<const HostFunction> fileFunctions() {
  return functions;
}

}  // namespace netwright::engine
