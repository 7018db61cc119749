#include "http-connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <cctype>
#include <cerrno>

#include "utf8.h"

namespace netwright::engine {

namespace {

constexpr size_t maxHeadBytes = 65536;
// libevent has limits of its own unless it is told others; what waits here waits by the engine's
// clock.
constexpr timeval noLimit{.tv_sec = 366L * 24 * 60 * 60, .tv_usec = 0};

// Callbacks come when nothing of libevent's is on the stack that would mind.
constexpr int streamOptions = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;

bufferevent* newStream(const HttpGround& ground, event_base* events, const std::string& name) {
  if (ground.tls() == nullptr) return bufferevent_socket_new(events, -1, streamOptions);
  // OpenSSL's part belongs to the stream from here on.
  return bufferevent_openssl_socket_new(events, -1, ground.tls()->newSsl(name).release(),
                                        BUFFEREVENT_SSL_CONNECTING, streamOptions);
}

std::string lowerCase(std::string text) {
  for (char& letter : text) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

// OpenSSL's reason for what went wrong on a stream; nothing where it was not OpenSSL. With a server
// that hangs up nothing is wrong.
std::optional<std::string> findTlsFailure(bufferevent* stream) {
  std::optional<std::string> reason;
  while (const unsigned long error = bufferevent_get_openssl_error(stream)) {
    // Among them are results of SSL_get_error(), which belong to no library.
    const bool isReason = ERR_GET_LIB(error) != 0 && ERR_SYSTEM_ERROR(error) == 0 &&
                          ERR_GET_REASON(error) != SSL_R_UNEXPECTED_EOF_WHILE_READING;
    if (isReason && !reason) reason = tlsReason(error);
  }
  return reason;
}

// The body of a request follows its head in a write of its own; else it would wait until the server
// has acknowledged the head, which it puts off for 40 ms.
void sendAtOnce(int socket) {
  const int on = 1;
  // It is slower without, and nothing else.
  (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// What is wrong with the server's certificate, where something is.
std::string describeCertificate(bufferevent* stream) {
  SSL* ssl = bufferevent_openssl_get_ssl(stream);
  const long result = ssl == nullptr ? X509_V_OK : SSL_get_verify_result(ssl);
  return result == X509_V_OK ? "" : std::string(": ") + X509_verify_cert_error_string(result);
}

}  // namespace

// What libevent calls; the last argument is the connection.
struct HttpConnection::Callbacks {
  static HttpConnection& of(void* argument) { return *static_cast<HttpConnection*>(argument); }

  static void connecting(bufferevent* stream, short what, void* argument) noexcept {
    const int error = errno;
    HttpConnection& connection = of(argument);
    if ((what & BEV_EVENT_CONNECTED) != 0) {
      connection.wasMade_ = true;
      sendAtOnce(bufferevent_getfd(stream));
    } else {
      connection.failConnecting(error);
    }
    errno = error;
    bufferevent_setcb(stream, nullptr, nullptr, connection.connecting_,
                      connection.connectingArgument_);
    connection.connecting_(stream, what, connection.connectingArgument_);
  }
  static int head(evhttp_request* request, void* argument) noexcept {
    of(argument).takeHead(request);
    return 0;
  }
  static void body(evhttp_request* request, void* argument) noexcept {
    of(argument).takeBody(request);
  }
  static void failure(evhttp_request_error error, void* argument) noexcept {
    of(argument).failRequest(error);
  }
  static void done(evhttp_request* request, void* argument) noexcept {
    const bool hasAnswer = request != nullptr && evhttp_request_get_response_code(request) != 0;
    HttpConnection& connection = of(argument);
    if (!hasAnswer) connection.fail(ECONNRESET);
    connection.finish();
  }
  static void closed(evhttp_connection* /*connection*/, void* argument) noexcept {
    of(argument).isClosed_ = true;
  }
};

HttpConnection::HttpConnection(std::shared_ptr<HttpGround> ground, const HttpServerName& server)
    : ground_(std::move(ground)) {
  event_base* events = ground_->events().get();
  bufferevent* stream = newStream(*ground_, events, server.name);
  connection_.reset(evhttp_connection_base_bufferevent_new(events, ground_->names(), stream,
                                                           server.address.c_str(), server.port));
  if (connection_ == nullptr) throw Refusal{ENOMEM};
  evhttp_connection_set_max_headers_size(connection_.get(), maxHeadBytes);
  evhttp_connection_set_timeout_tv(connection_.get(), &noLimit);
  evhttp_connection_set_closecb(connection_.get(), Callbacks::closed, this);
}

HttpConnection::~HttpConnection() {
  finish();
  connection_.reset();
  ground_->events().turn();
}

void HttpConnection::send(const HttpRequest& request) {
  head_.reset();
  isOver_ = false;
  limit(request);
  evhttp_request* asked = newRequest(request);
  ground_->events().begin();
  isUnderWay_ = true;
  const int result =
      evhttp_make_request(connection_.get(), asked, request.method, request.path.c_str());
  if (result != 0) fail(ECONNRESET);
  if (!wasMade_) watchConnecting();
  ground_->events().turn();
}

void HttpConnection::limit(const HttpRequest& request) {
  maxBytes_ = request.maxBytes;
  isStream_ = request.isStream;
  if (isStream_) {
    bufferevent_setwatermark(stream(), EV_READ, 0, maxBytes_ + maxHeadBytes);
  } else {
    evhttp_connection_set_max_body_size(connection_.get(), static_cast<ev_ssize_t>(maxBytes_));
  }
}

// libevent's from here on.
evhttp_request* HttpConnection::newRequest(const HttpRequest& request) {
  evhttp_request* asked = evhttp_request_new(Callbacks::done, this);
  if (asked == nullptr) throw Refusal{ENOMEM};
  evhttp_request_set_header_cb(asked, Callbacks::head);
  evhttp_request_set_chunked_cb(asked, Callbacks::body);
  evhttp_request_set_error_cb(asked, Callbacks::failure);
  evkeyvalq* headers = evhttp_request_get_output_headers(asked);
  for (const auto& [name, value] : request.headers) {
    evhttp_add_header(headers, name.c_str(), value.c_str());
  }
  if (!request.body.empty()) {
    evhttp_add_header(headers, "content-length", std::to_string(request.body.size()).c_str());
  }
  evbuffer_add(evhttp_request_get_output_buffer(asked), request.body.data(), request.body.size());
  return asked;
}

// libevent tells a request nothing of what its connection has failed with.
void HttpConnection::watchConnecting() {
  bufferevent_getcb(stream(), nullptr, nullptr, &connecting_, &connectingArgument_);
  if (connecting_ == nullptr) return;
  bufferevent_setcb(stream(), nullptr, nullptr, Callbacks::connecting, this);
}

const HttpHead* HttpConnection::head() const {
  if (head_) return &*head_;
  if (failure_) throw Refusal(*failure_);
  return nullptr;
}

HttpConnection::Arrival HttpConnection::receive(std::string& text) {
  const size_t unfinished = isOver_ ? 0 : unfinishedLength(body_);
  text.append(body_, 0, body_.size() - unfinished);
  body_.erase(0, body_.size() - unfinished);
  if (isPaused_ && !isOver_) {
    isPaused_ = false;
    bufferevent_enable(stream(), EV_READ);
    ground_->events().turn();
  }
  if (!text.empty()) return Arrival::text;
  if (failure_) throw Refusal(*failure_);
  return isOver_ ? Arrival::end : Arrival::nothing;
}

Value HttpConnection::whenHeard(JSContext* context) {
  if (waiter_) throw Refusal{EBUSY};
  return waiter_.emplace(context).promise();
}

void HttpConnection::giveUp() {
  if (std::optional<Deferred> waiting = std::exchange(waiter_, std::nullopt)) {
    waiting->resolve(false);
  }
}

void HttpConnection::takeHead(evhttp_request* request) {
  constexpr int proceed = 100;
  const int status = evhttp_request_get_response_code(request);
  if (status == proceed) return;
  HttpHead& head = head_.emplace(HttpHead{status, {}});
  const evkeyvalq* headers = evhttp_request_get_input_headers(request);
  for (const evkeyval* header = headers->tqh_first; header != nullptr;
       header = header->next.tqe_next) {
    head.headers.emplace_back(lowerCase(header->key), header->value);
  }
  tell();
}

void HttpConnection::takeBody(evhttp_request* request) {
  evbuffer* buffer = evhttp_request_get_input_buffer(request);
  const size_t length = evbuffer_get_length(buffer);
  const size_t before = body_.size();
  body_.resize(before + length);
  evbuffer_remove(buffer, body_.data() + before, length);
  if (isStream_ && body_.size() >= maxBytes_) {
    isPaused_ = true;
    bufferevent_disable(stream(), EV_READ);
  }
  tell();
}

void HttpConnection::finish() {
  isOver_ = true;
  if (std::exchange(isUnderWay_, false)) ground_->events().end();
  tell();
}

void HttpConnection::fail(int error, std::string detail) {
  if (!failure_) failure_.emplace(Refusal{error, std::move(detail)});
}

void HttpConnection::failConnecting(int error) {
  if (const auto reason = findTlsFailure(stream())) {
    fail(EPROTO, *reason + describeCertificate(stream()));
  } else {
    fail(error == 0 ? ECONNRESET : error);
  }
}

void HttpConnection::failRequest(evhttp_request_error error) {
  switch (error) {
    case EVREQ_HTTP_DATA_TOO_LONG:
      fail(EMSGSIZE, "the answer has more than " + std::to_string(maxBytes_) + " bytes");
      break;
    case EVREQ_HTTP_INVALID_HEADER:
      fail(EPROTO, "this is no answer of HTTP");
      break;
    default:
      if (const auto reason = findTlsFailure(stream())) fail(EPROTO, *reason);
      fail(ECONNRESET);
  }
}

void HttpConnection::tell() {
  if (std::optional<Deferred> waiting = std::exchange(waiter_, std::nullopt)) {
    waiting->resolve(true);
  }
}

}  // namespace netwright::engine
