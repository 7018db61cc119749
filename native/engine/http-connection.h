// A connection to an HTTP server.
#pragma once

#include <event2/bufferevent.h>
#include <event2/http.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http-ground.h"

namespace netwright::engine {

struct HttpRequest {
  evhttp_cmd_type method;
  std::string path;
  // Names and values, all but the length.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Of the answer's body; of a stream, as much as may wait to be read.
  size_t maxBytes;
  bool isStream;
};

struct HttpServerName {
  std::string address;
  uint16_t port;
  // What its certificate has to be for.
  std::string name;
};

// What a server begins its answer with.
struct HttpHead {
  int status;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Has one request at a time. It is made with the first; once it has failed or the server has closed
// it, it is of no more use.
class HttpConnection : public Activity {
 public:
  // What came of the body: nothing yet, some text, or the end.
  enum class Arrival : uint8_t { nothing, text, end };

  HttpConnection(std::shared_ptr<HttpGround> ground, const HttpServerName& server);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() override;

  void send(const HttpRequest& request);
  // Null as long as it has not come. Throws what the request has failed with.
  [[nodiscard]] const HttpHead* head() const;
  // Appends what has come of the body, no character torn. Throws what the request has failed with
  // when there is no more.
  [[nodiscard]] Arrival receive(std::string& text);
  // A promise of true as soon as there is more to see, or of false when it is closed first. There
  // is one such promise at a time.
  [[nodiscard]] Value whenHeard(JSContext* context);
  // Keeps the promise that is still open.
  void giveUp();
  // Whether there ever was a connection.
  [[nodiscard]] bool wasMade() const { return wasMade_; }
  // Whether all has gone well, and there may be another request.
  [[nodiscard]] bool isFree() const { return isOver_ && !failure_ && !isClosed_; }

 private:
  struct Free {
    void operator()(evhttp_connection* connection) const { evhttp_connection_free(connection); }
  };
  struct Callbacks;

  [[nodiscard]] bufferevent* stream() const {
    return evhttp_connection_get_bufferevent(connection_.get());
  }
  void limit(const HttpRequest& request);
  [[nodiscard]] evhttp_request* newRequest(const HttpRequest& request);
  void watchConnecting();
  void takeHead(evhttp_request* request);
  void takeBody(evhttp_request* request);
  void finish();
  void fail(int error, std::string detail = {});
  void failConnecting(int error);
  void failRequest(evhttp_request_error error);
  void tell();

  std::shared_ptr<HttpGround> ground_;
  std::unique_ptr<evhttp_connection, Free> connection_;
  // libevent's, while the connection is being made.
  bufferevent_event_cb connecting_ = nullptr;
  void* connectingArgument_ = nullptr;

  std::optional<HttpHead> head_;
  std::string body_;
  std::optional<Refusal> failure_;
  std::optional<Deferred> waiter_;
  size_t maxBytes_ = 0;
  bool isStream_ = false;
  bool isUnderWay_ = false;
  bool isPaused_ = false;
  bool isOver_ = false;
  bool isClosed_ = false;
  bool wasMade_ = false;
};

}  // namespace netwright::engine
