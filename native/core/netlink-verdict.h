// What the kernel answers to requests and at the end of dumps.
#pragma once

#include <string>

#include "message-reader.h"

namespace netwright {

// What the kernel answered: error 0 is success.
struct Verdict {
  int error = 0;
  std::string detail;  // its extended acknowledgement, or empty
};

// What an NLMSG_ERROR says; EBADMSG for one that is cut short.
[[nodiscard]] Verdict acknowledgement(const Message& message);

// What an NLMSG_DONE says.
[[nodiscard]] Verdict endOfDump(const Message& message);

}  // namespace netwright
