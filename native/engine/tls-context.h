// Whom a client trusts, and what it says of itself.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace netwright::engine {

// All of it in PEM; what is empty is not there.
struct TlsSettings {
  std::string_view authorities;
  std::string_view certificate;
  std::string_view key;
  bool isUnverified = false;
};

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// TLS from version 1.2 on, to servers.
class TlsContext {
 public:
  // Throws EPROTO with OpenSSL's reason.
  explicit TlsContext(const TlsSettings& settings);

  // A conversation with a server whose certificate has to be for this name or address.
  [[nodiscard]] Ssl newSsl(const std::string& serverName) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  void trust(std::string_view authorities);
  void identify(std::string_view certificate, std::string_view key);

  std::unique_ptr<SSL_CTX, Free> context_;
};

// What OpenSSL calls an error.
[[nodiscard]] std::string tlsReason(unsigned long error);

}  // namespace netwright::engine
