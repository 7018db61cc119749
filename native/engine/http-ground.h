// What the connections of an HTTP client have in common.
#pragma once

#include <event2/dns.h>

#include <memory>
#include <optional>
#include <string>

#include "deferred.h"
#include "event-base.h"
#include "tls-context.h"

namespace netwright::engine {

class HttpGround {
 public:
  // Throws EPROTO with OpenSSL's reason when there is something wrong with the settings. `tls` is
  // null for a client without TLS.
  HttpGround(Loop& loop, const TlsSettings* tls);
  HttpGround(const HttpGround&) = delete;
  HttpGround& operator=(const HttpGround&) = delete;
  ~HttpGround();

  [[nodiscard]] EventBase& events() { return events_; }
  [[nodiscard]] evdns_base* names() const { return names_; }
  // Null without TLS.
  [[nodiscard]] const TlsContext* tls() const { return tls_ ? &*tls_ : nullptr; }
  // A promise of the addresses that a name has, as an array of texts in the order in which to try
  // them, or of the words to say of a name that has none.
  [[nodiscard]] Value resolve(JSContext* context, const std::string& name);

 private:
  struct Question;

  EventBase events_;
  evdns_base* names_;
  std::optional<TlsContext> tls_;
};

}  // namespace netwright::engine
