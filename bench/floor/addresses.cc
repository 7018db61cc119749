// The addresses of a network in the files of the reference plugin host-local.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "floor.h"

namespace netwright::floor {
namespace {

using Text = std::array<char, 512>;

Text pathOf(const Network& network, const char* file) {
  Text path{};
  std::snprintf(path.data(), path.size(), "/var/lib/cni/networks/%s/%s", network.name, file);
  return path;
}

Text ownerOf(const Attachment& attachment) {
  Text owner{};
  std::snprintf(owner.data(), owner.size(), "%s\r\n%s", attachment.containerId, attachment.ifName);
  return owner;
}

/// Held until it is closed.
int lock(const Network& network) {
  const Text path = pathOf(network, "lock");
  int fd = open(path.data(), O_RDONLY | O_CREAT | O_CLOEXEC, 0750);
  if (fd < 0 && errno == ENOENT) {
    mkdir("/var/lib/cni", 0755);
    mkdir("/var/lib/cni/networks", 0755);
    mkdir(pathOf(network, "").data(), 0755);
    fd = open(path.data(), O_RDONLY | O_CREAT | O_CLOEXEC, 0750);
  }
  if (fd < 0 || flock(fd, LOCK_EX) != 0) fail("lock", path.data());
  return fd;
}

/// What is in a file, with a zero behind it; nothing when there is no file.
Text readWhole(const Text& path) {
  Text content{};
  const int fd = open(path.data(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return content;
  if (read(fd, content.data(), content.size() - 1) < 0) fail("read", path.data());
  close(fd);
  return content;
}

/// Returns false when there is a file already, and `flags` has O_EXCL.
bool writeWhole(const Text& path, int flags, const char* content) {
  const int fd = open(path.data(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  if (fd < 0 && errno == EEXIST) return false;
  if (fd < 0 || write(fd, content, strlen(content)) < 0) fail("write", path.data());
  return true;
}

}  // namespace

std::uint32_t reserveAddress(const Network& network, const Attachment& attachment) {
  const int locked = lock(network);
  const Text lastReserved = pathOf(network, "last_reserved_ip.0");
  std::uint32_t address = ntohl(inet_addr(readWhole(lastReserved).data()));
  for (std::uint32_t tried = network.base; tried < network.broadcast(); ++tried) {
    // Without a last address, or after the end: from the beginning. The gateway is nobody's.
    const bool isInside = address > network.gateway() && address < network.broadcast() - 1;
    address = isInside ? address + 1 : network.gateway() + 1;
    const AddressText name(address);
    if (!writeWhole(pathOf(network, name.get()), O_EXCL, ownerOf(attachment).data())) continue;
    writeWhole(lastReserved, O_TRUNC, name.get());
    close(locked);
    return address;
  }
  fail("take an address of", network.name);
}

void releaseAddresses(const Network& network, const Attachment& attachment) {
  const int locked = lock(network);
  const int folder = open(pathOf(network, "").data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail("list", network.name);
  alignas(dirent64) std::array<char, 32768> entries{};
  long count = 0;
  while ((count = syscall(SYS_getdents64, folder, entries.data(), entries.size())) > 0) {
    const char* const end = entries.data() + count;
    for (const char* at = entries.data(); at < end;) {
      const auto* const entry = reinterpret_cast<const dirent64*>(at);
      at += entry->d_reclen;
      const bool isAddress = entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
      const Text path = pathOf(network, entry->d_name);
      if (isAddress && readWhole(path) == ownerOf(attachment)) unlink(path.data());
    }
  }
  close(locked);
}

}  // namespace netwright::floor
