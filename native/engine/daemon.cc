#include "daemon.h"

#include <sys/resource.h>

#include <string_view>

namespace netwright::engine {

namespace {

// `c` of `/a/b/c`.
std::string_view baseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The usual limit is low for the sake of select(2) alone.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Whoever may not goes on with what there is.
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

bool isDaemon(std::span<char* const> arguments) {
  if (arguments.size() > 2 && baseName(arguments[0]) == "netwright") {
    arguments = arguments.subspan(1);
  }
  return arguments.size() > 1 && baseName(arguments[0]) == "dhcp" &&
         std::string_view(arguments[1]) == "daemon";
}

void prepareToStay(Engine& engine) {
  raiseDescriptorLimit();
  engine.keepLean();
}

}  // namespace netwright::engine
