#include "http-ground.h"

#include <arpa/inet.h>
#include <event2/util.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace netwright::engine {

namespace {

// A machine without resolv.conf asks a server of its own; see resolv.conf(5).
evdns_base* newNames(event_base* events) {
  evdns_base* names = evdns_base_new(events, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
  if (names == nullptr) throw Refusal{ENOMEM};
  // A server that says nothing is not waited for as long as a call may take.
  evdns_base_set_option(names, "timeout:", "2");
  (void)evdns_base_resolv_conf_parse(names, DNS_OPTIONS_ALL, "/etc/resolv.conf");
  // With each attempt libevent goes on to the next server; there may be three.
  evdns_base_set_option(names, "attempts:", "6");
  return names;
}

bool isAddress(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
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

// Waits for an answer, which evdns gives in any case: at the latest when it ends. One family at a
// time, as evdns gives up the one for which it has asked both as soon as the other has no address.
struct HttpGround::Question {
  JSContext* context;
  HttpGround& ground;
  std::string name;
  int family;
  Deferred answer;

  static void ask(std::unique_ptr<Question> question) {
    evutil_addrinfo hints{};
    hints.ai_family = question->family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_protocol = IPPROTO_TCP;
    const char* name = question->name.c_str();
    evdns_base* names = question->ground.names_;
    evdns_getaddrinfo(names, name, nullptr, &hints, hear, question.release());
  }

  static void hear(int error, evutil_addrinfo* found, void* asked) noexcept {
    std::unique_ptr<Question> question(static_cast<Question*>(asked));
    const bool isElsewhere = found == nullptr && question->family == AF_INET;
    if (isElsewhere && question->ground.names_ != nullptr) {
      question->family = AF_INET6;
      ask(std::move(question));
      return;
    }
    question->settle(found == nullptr && error == 0 ? EVUTIL_EAI_NODATA : error, found);
    if (found != nullptr) evutil_freeaddrinfo(found);
  }

  void settle(int error, const evutil_addrinfo* found) {
    ground.events_.end();
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
  if (names_ != nullptr) evdns_base_free(std::exchange(names_, nullptr), 1);
  // Whatever was closed is taken apart now, and whoever asked is told.
  events_.turn();
}

Value HttpGround::resolve(JSContext* context, const std::string& name) {
  Deferred answer(context);
  Value promise = answer.promise();
  if (isAddress(name)) {
    TextList addresses(context);
    addresses.add(name);
    answer.resolve(addresses.take());
    return promise;
  }
  events_.begin();
  Question::ask(
      std::make_unique<Question>(Question{context, *this, name, AF_INET, std::move(answer)}));
  events_.turn();
  return promise;
}

}  // namespace netwright::engine
