#include "http-ground.h"

#include <arpa/inet.h>
#include <event2/util.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace netwright::engine {

namespace {

// A machine without resolv.conf asks a server of its own; see resolv.conf(5).
evdns_base* newNames(event_base* events) {
  evdns_base* names = evdns_base_new(events, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
  if (names == nullptr) throw Refusal{ENOMEM};
  (void)evdns_base_resolv_conf_parse(names, DNS_OPTIONS_ALL, "/etc/resolv.conf");
  return names;
}

Value addressesOf(JSContext* context, const evutil_addrinfo* first) {
  TextList addresses(context);
  for (const evutil_addrinfo* found = first; found != nullptr; found = found->ai_next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* address = &reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr;
    if (found->ai_family == AF_INET6) {
      address = &reinterpret_cast<const sockaddr_in6*>(found->ai_addr)->sin6_addr;
    }
    if (::inet_ntop(found->ai_family, address, text.data(), text.size()) != nullptr) {
      addresses.add(text.data());
    }
  }
  return addresses.take();
}

// What is to be said of a name without addresses.
std::string_view wordsFor(int error) {
  const bool isUnknown = error == EVUTIL_EAI_NONAME || error == EVUTIL_EAI_NODATA;
  return isUnknown ? "nobody knows" : "no server tells the address of";
}

}  // namespace

// Waits for an answer, which evdns gives in any case: at the latest when it ends.
struct HttpGround::Question {
  JSContext* context;
  EventBase& events;
  Deferred answer;

  void settle(int error, const evutil_addrinfo* found) {
    events.end();
    try {
      answer.resolve(error == 0 ? addressesOf(context, found) : newText(context, wordsFor(error)));
    } catch (const Thrown&) {
      // There is no memory left; whoever waits notices that the time is up.
    }
  }
};

HttpGround::HttpGround(Loop& loop, const TlsSettings* tls) : events_(loop), names_(nullptr) {
  if (tls != nullptr) tls_.emplace(*tls);
  names_ = newNames(events_.get());
}

HttpGround::~HttpGround() {
  if (names_ != nullptr) evdns_base_free(names_, 1);
  // Whatever was closed is taken apart now, and whoever asked is told.
  events_.turn();
}

Value HttpGround::resolve(JSContext* context, const std::string& name) {
  auto question = std::make_unique<Question>(Question{context, events_, Deferred(context)});
  Value promise = question->answer.promise();
  evutil_addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_protocol = IPPROTO_TCP;
  events_.begin();
  evdns_getaddrinfo(
      names_, name.c_str(), nullptr, &hints,
      [](int error, evutil_addrinfo* found, void* asked) noexcept {
        const std::unique_ptr<Question> answered(static_cast<Question*>(asked));
        answered->settle(error, found);
        if (found != nullptr) evutil_freeaddrinfo(found);
      },
      question.release());
  events_.turn();
  return promise;
}

}  // namespace netwright::engine
