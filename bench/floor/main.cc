// The floor: what macvlan with host-local costs when nothing but the job itself is done.
//
// As far as anybody can see afterwards (link, address, setting, files, result) it does what
// netwright and the reference plugins do, with the fewest system calls that have this outcome. It
// leaves out all that makes a plugin of it: it believes its environment and its configuration,
// which has to be compact JSON of the one shape in bench/site.ts; it speaks CNI 1.0.0 only; it does
// not ask whether the container has an address already, whose link it removes, or whether the
// namespace is its own; a failed ADD undoes nothing and says little; a crash may leave a file half
// written; nothing but the lock is closed.
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "floor.h"

namespace netwright::floor {
namespace {

std::array<char, 65536> input;
std::size_t inputLength = 0;

void readInput() {
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, &input.at(inputLength), input.size() - inputLength)) > 0) {
    inputLength += static_cast<std::size_t>(count);
  }
  if (count < 0) fail("read", "standard input");
}

/// The value, a string without escapes, that follows `key`: the quoted name with its colon.
const char* valueOf(std::string_view key) {
  const std::size_t at = std::string_view(input.data(), inputLength).find(key);
  if (at == std::string_view::npos) fail("find in the configuration", key.data());
  char* const value = &input.at(at + key.size() + 1);
  *strchr(value, '"') = '\0';
  return value;
}

const char* variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): the only thread
  if (value == nullptr) fail("read variable", name);
  return value;
}

Network readNetwork() {
  Network network{valueOf(R"("name":)"), 0, 0};
  const char* const subnet = valueOf(R"("subnet":)");
  std::array<unsigned, 5> part{};
  // NOLINTNEXTLINE(cert-err34-c): numbers out of range are beyond the one shape
  if (std::sscanf(subnet, "%u.%u.%u.%u/%u", &part[0], &part[1], &part[2], &part[3], &part[4]) !=
      5) {
    fail("read subnet", subnet);
  }
  network.base = part[0] << 24 | part[1] << 16 | part[2] << 8 | part[3];
  network.prefixLength = static_cast<int>(part[4]);
  return network;
}

void print(const char* text) {
  if (write(STDOUT_FILENO, text, strlen(text)) < 0) _exit(1);
}

void add(const Attachment& attachment) {
  const char* const netns = variable("CNI_NETNS");
  const int sandbox = open(netns, O_RDONLY | O_CLOEXEC);
  if (sandbox < 0) fail("open", netns);
  createMacvlan(attachment.ifName, valueOf(R"("master":)"), sandbox);
  const Network network = readNetwork();
  const std::uint32_t address = reserveAddress(network, attachment);
  if (setns(sandbox, CLONE_NEWNET) != 0) fail("enter", netns);
  const Mac mac = configureLink(attachment.ifName, network, address);
  std::array<char, 1024> result{};
  std::snprintf(result.data(), result.size(),
                R"({"cniVersion":"1.0.0","interfaces":[{"name":"%s",)"
                R"("mac":"%02x:%02x:%02x:%02x:%02x:%02x","sandbox":"%s"}],)"
                R"("ips":[{"interface":0,"address":"%s/%d","gateway":"%s"}]})",
                attachment.ifName, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], netns,
                AddressText(address).get(), network.prefixLength,
                AddressText(network.gateway()).get());
  print(result.data());
}

void del(const Attachment& attachment) {
  releaseAddresses(readNetwork(), attachment);
  const int sandbox = open(variable("CNI_NETNS"), O_RDONLY | O_CLOEXEC);
  if (sandbox < 0) return;
  if (setns(sandbox, CLONE_NEWNET) != 0) fail("enter", variable("CNI_NETNS"));
  removeLink(attachment.ifName);
}

}  // namespace

void fail(const char* operation, const char* object) {
  dprintf(STDERR_FILENO, "%s %s: %m\n", operation, object);
  _exit(1);
}

}  // namespace netwright::floor

int main() {
  using namespace netwright::floor;
  readInput();
  const std::string_view command = variable("CNI_COMMAND");
  if (command == "VERSION") {
    print(R"({"cniVersion":"1.0.0","supportedVersions":["1.0.0"]})");
    return 0;
  }
  const Attachment attachment{variable("CNI_CONTAINERID"), variable("CNI_IFNAME")};
  if (command == "ADD") add(attachment);
  if (command == "DEL") del(attachment);
}
