// The names of addresses, for libevent's server, which wants to know who its clients are: their
// numbers. The C library's also asks name services, and brings these along.

#include <arpa/inet.h>
#include <netdb.h>

#include <cstdio>

// NOLINTNEXTLINE(readability-function-size): so many parameters it has.
extern "C" int getnameinfo(const sockaddr* address, socklen_t /*length*/, char* host,
                           socklen_t hostSize, char* service, socklen_t serviceSize,
                           int /*flags*/) {
  const bool isV6 = address->sa_family == AF_INET6;
  if (!isV6 && address->sa_family != AF_INET) return EAI_FAMILY;
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  const void* number = isV6 ? static_cast<const void*>(&v6->sin6_addr) : &v4->sin_addr;
  if (host != nullptr && ::inet_ntop(address->sa_family, number, host, hostSize) == nullptr) {
    return EAI_OVERFLOW;
  }
  // Both families have it in the same place.
  if (service != nullptr) std::snprintf(service, serviceSize, "%u", ntohs(v4->sin_port));
  return 0;
}
