#include "tls-context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "host-call.h"
#include "relocations.h"

namespace netwright::engine {

namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

[[noreturn]] void refuse() {
  const std::string reason = tlsReason(ERR_get_error());
  ERR_clear_error();
  throw Refusal{EPROTO, reason};
}

// What OpenSSL returned for a success that counts.
void check(long result) {
  if (result != 1) refuse();
}

// What OpenSSL made, unless it could not.
template <typename Owner>
Owner require(Owner made) {
  if (made == nullptr) refuse();
  return made;
}

Bio open(std::string_view pem) {
  return require(Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))));
}

// The passphrase of a key that has one is not known.
int noPassphrase(char* /*buffer*/, int /*size*/, int /*isWriting*/, void* /*argument*/) {
  return -1;
}

// Null after the last one.
Certificate readCertificate(const Bio& pem) {
  Certificate certificate(PEM_read_bio_X509_AUX(pem.get(), nullptr, noPassphrase, nullptr));
  if (certificate != nullptr) return certificate;
  const unsigned long error = ERR_peek_last_error();
  const bool isEnd =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (!isEnd) refuse();
  ERR_clear_error();
  return nullptr;
}

// An IP address as certificates have it; empty when the text is none.
std::vector<unsigned char> addressIn(const std::string& name) {
  for (const auto& [family, size] :
       {std::pair(AF_INET, sizeof(in_addr)), {AF_INET6, sizeof(in6_addr)}}) {
    std::vector<unsigned char> address(size);
    if (::inet_pton(family, name.c_str(), address.data()) == 1) return address;
  }
  return {};
}

SSL_CTX* newContext() {
  relocateLate();
  // Not the configuration of the machine, which could ask for modules that cannot be loaded here.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  return SSL_CTX_new(TLS_client_method());
}

}  // namespace

TlsContext::TlsContext(const TlsSettings& settings) : context_(newContext()) {
  if (context_ == nullptr) refuse();
  check(SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION));
  SSL_CTX_set_verify(context_.get(), settings.isUnverified ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     nullptr);
  trust(settings.authorities);
  if (!settings.certificate.empty()) identify(settings.certificate, settings.key);
}

void TlsContext::trust(std::string_view authorities) {
  X509_STORE* store = SSL_CTX_get_cert_store(context_.get());
  const Bio pem = open(authorities);
  while (const Certificate certificate = readCertificate(pem)) {
    check(X509_STORE_add_cert(store, certificate.get()));
  }
}

void TlsContext::identify(std::string_view certificate, std::string_view key) {
  const Bio pem = open(certificate);
  const Certificate own = readCertificate(pem);
  if (own == nullptr) throw Refusal{EPROTO, "there is no certificate of the client"};
  check(SSL_CTX_use_certificate(context_.get(), own.get()));
  while (const Certificate issuer = readCertificate(pem)) {
    check(SSL_CTX_add1_chain_cert(context_.get(), issuer.get()));
  }
  const Bio keyPem = open(key);
  const Key secret =
      require(Key(PEM_read_bio_PrivateKey(keyPem.get(), nullptr, noPassphrase, nullptr)));
  check(SSL_CTX_use_PrivateKey(context_.get(), secret.get()));
}

Ssl TlsContext::newSsl(const std::string& serverName) const {
  Ssl ssl = require(Ssl(SSL_new(context_.get())));
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const std::vector<unsigned char> address = addressIn(serverName);
  if (!address.empty()) {
    check(X509_VERIFY_PARAM_set1_ip(expected, address.data(), address.size()));
  } else {
    check(X509_VERIFY_PARAM_set1_host(expected, serverName.data(), serverName.size()));
    // Addresses are not told (RFC 6066, section 3).
    check(SSL_set_tlsext_host_name(ssl.get(), serverName.c_str()));
  }
  return ssl;
}

std::string tlsReason(unsigned long error) {
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "error " + std::to_string(error) : reason;
}

}  // namespace netwright::engine
