#include "daemon.h"

#include <sys/resource.h>

#include <string_view>

namespace netwright::engine {

namespace {

// `c` of `/a/b/c`.
std::string_view baseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

bool isDaemon(std::span<char* const> arguments) {
  if (arguments.size() > 2 && baseName(arguments[0]) == "netwright") {
    arguments = arguments.subspan(1);
  }
  return arguments.size() > 1 && baseName(arguments[0]) == "dhcp" &&
         std::string_view(arguments[1]) == "daemon";
}

void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  // Who may not has the limit that it has.
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace netwright::engine
