// Starting a program, posix_spawn(3).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "../core/fd.h"

namespace netwright::engine {

struct Pipe {
  Fd reading;
  Fd writing;
};

// A pipe that blocks at either end. Neither end has the number of a standard stream.
[[nodiscard]] Pipe openPipe();
void makeNonBlocking(const Fd& fd);

struct Program {
  std::string path;
  // Those after the first, which is the path.
  std::vector<std::string> arguments;
  // `NAME=value`
  std::vector<std::string> environment;
};

// The standard streams of a program that is to start.
struct StandardStreams {
  Fd input;
  Fd output;
  Fd diagnostic;
};

// Starts a program with these streams as its only descriptors, and signals as they are by default.
// Returns its process; throws what execve(2) is refused for.
[[nodiscard]] pid_t spawn(Program program, const StandardStreams& streams);

}  // namespace netwright::engine
