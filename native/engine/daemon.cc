#include "daemon.h"

#include <sys/resource.h>

#include <string_view>

namespace netwright::engine {

namespace {

// `c` of `/a/b/c`.
std::string_view baseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Most of what is not used any more goes with its last reference; this is for the rest.
constexpr size_t collectionThreshold = 1024UL * 1024;

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

void prepareToStay(const Engine& engine) {
  raiseDescriptorLimit();
  JS_SetGCThreshold(engine.runtime(), collectionThreshold);
}

}  // namespace netwright::engine
