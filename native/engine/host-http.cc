#include <algorithm>
#include <cerrno>
#include <limits>

#include "engine.h"
#include "host-functions.h"
#include "http-connection.h"

namespace netwright::engine {

namespace {

// Scripts know the ground by it. Connections go on without.
class HttpClient : public Activity {
 public:
  explicit HttpClient(std::shared_ptr<HttpGround> ground) : ground_(std::move(ground)) {}
  [[nodiscard]] const std::shared_ptr<HttpGround>& ground() const { return ground_; }

 private:
  std::shared_ptr<HttpGround> ground_;
};

Loop& loopOf(const Arguments& call) {
  return Engine::of(call.context()).loop();
}

// ECANCELED when it was closed.
template <typename Kind>
Kind& require(const Arguments& call) {
  Kind* found = loopOf(call).find<Kind>(static_cast<Activity::Key>(call.integer(0)));
  if (found == nullptr) throw Refusal{ECANCELED};
  return *found;
}

template <typename Kind>
Value keep(const Arguments& call, std::unique_ptr<Kind> activity) {
  return {call.context(),
          JS_NewUint32(call.context(), loopOf(call).keep(std::move(activity)).key())};
}

Value nothing(const Arguments& call) {
  return {call.context(), JS_UNDEFINED};
}

std::vector<std::pair<std::string, std::string>> headersOf(const Record& request) {
  const std::vector<std::string> texts = request.systemTexts("headers");
  std::vector<std::pair<std::string, std::string>> headers;
  for (size_t position = 0; position + 1 < texts.size(); position += 2) {
    headers.emplace_back(texts[position], texts[position + 1]);
  }
  return headers;
}

evhttp_cmd_type methodNamed(std::string_view name) {
  if (name == "GET") return EVHTTP_REQ_GET;
  if (name == "POST") return EVHTTP_REQ_POST;
  if (name == "PUT") return EVHTTP_REQ_PUT;
  if (name == "PATCH") return EVHTTP_REQ_PATCH;
  if (name == "DELETE") return EVHTTP_REQ_DELETE;
  throw Refusal{EINVAL};
}

// openHttp(): HttpClient
Value openHttp(const Arguments& call) {
  return keep(call,
              std::make_unique<HttpClient>(std::make_shared<HttpGround>(loopOf(call), nullptr)));
}

// openHttps({authorities, certificate, key, isUnverified}): HttpClient
Value openHttps(const Arguments& call) {
  const Record settings(call, 0);
  const Text authorities = settings.text("authorities");
  const Text certificate = settings.text("certificate");
  const Text key = settings.text("key");
  const TlsSettings tls{authorities.view(), certificate.view(), key.view(),
                        settings.flag("isUnverified")};
  return keep(call, std::make_unique<HttpClient>(std::make_shared<HttpGround>(loopOf(call), &tls)));
}

// resolveName(client, name): Promise<string[] | string>
Value resolveName(const Arguments& call) {
  return require<HttpClient>(call).ground()->resolve(call.context(), call.path(1));
}

// connectHttp(client, {address, port, name}): HttpConnection
Value connectHttp(const Arguments& call) {
  const Record server(call, 1);
  const HttpServerName name{server.path("address"), static_cast<uint16_t>(server.number("port")),
                            server.path("name")};
  return keep(call, std::make_unique<HttpConnection>(require<HttpClient>(call).ground(), name));
}

// sendHttp(connection, {method, path, headers, body, maxBytes, isStream}): void
Value sendHttp(const Arguments& call) {
  const Record request(call, 1);
  constexpr double most = std::numeric_limits<int32_t>::max();
  require<HttpConnection>(call).send({
      .method = methodNamed(request.text("method").view()),
      .path = request.path("path"),
      .headers = headersOf(request),
      .body = std::string(request.text("body").view()),
      .maxBytes = static_cast<size_t>(std::clamp(request.number("maxBytes"), 0.0, most)),
      .isStream = request.flag("isStream"),
  });
  return nothing(call);
}

// findHead(connection): {status, headers: string[]} | undefined
Value findHead(const Arguments& call) {
  JSContext* context = call.context();
  const HttpHead* head = require<HttpConnection>(call).head();
  if (head == nullptr) return nothing(call);
  TextList headers(context);
  for (const auto& [name, value] : head->headers) {
    headers.add(name);
    headers.add(value);
  }
  Value object = requireValue(context, JS_NewObject(context));
  setProperty(context, object, "status", JS_NewInt32(context, head->status));
  setProperty(context, object, "headers", headers.take().release());
  return object;
}

// receiveBody(connection): string | null | undefined; null is the end, undefined nothing yet
Value receiveBody(const Arguments& call) {
  std::string text;
  switch (require<HttpConnection>(call).receive(text)) {
    case HttpConnection::Arrival::nothing:
      return nothing(call);
    case HttpConnection::Arrival::end:
      return {call.context(), JS_NULL};
    case HttpConnection::Arrival::text:
      break;
  }
  return newText(call.context(), text);
}

// whenHeard(connection): Promise<boolean>, false when it is closed
Value whenHeard(const Arguments& call) {
  return require<HttpConnection>(call).whenHeard(call.context());
}

// wasMade(connection): boolean
Value wasMade(const Arguments& call) {
  return {call.context(), JS_NewBool(call.context(), require<HttpConnection>(call).wasMade())};
}

// isFree(connection): boolean
Value isFree(const Arguments& call) {
  return {call.context(), JS_NewBool(call.context(), require<HttpConnection>(call).isFree())};
}

// closeHttp(client or connection): void
Value closeHttp(const Arguments& call) {
  const auto key = static_cast<Activity::Key>(call.integer(0));
  if (auto* connection = loopOf(call).find<HttpConnection>(key)) connection->giveUp();
  loopOf(call).drop(key);
  return nothing(call);
}

constexpr HostFunction functions[] = {
    hostFunction<openHttp>("openHttp", 0),       hostFunction<openHttps>("openHttps", 1),
    hostFunction<resolveName>("resolveName", 2), hostFunction<connectHttp>("connectHttp", 2),
    hostFunction<sendHttp>("sendHttp", 2),       hostFunction<findHead>("findHead", 1),
    hostFunction<receiveBody>("receiveBody", 1), hostFunction<whenHeard>("whenHeard", 1),
    hostFunction<wasMade>("wasMade", 1),         hostFunction<isFree>("isFree", 1),
    hostFunction<closeHttp>("closeHttp", 1),
};

}  // namespace

std::span<const HostFunction> httpFunctions() {
  return functions;
}

}  // namespace netwright::engine
