// Answering HTTP.
#pragma once

#include <event2/http.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "../core/fd.h"
#include "event-base.h"
#include "value.h"

namespace netwright::engine {

struct HttpReply {
  int status;
  std::string contentType;
  std::string_view body;
};

// Calls a function, as a task of its own, for each request; that has to answer the oldest.
class HttpServer : public Activity {
 public:
  // `listener` listens, and does not block.
  HttpServer(JSContext* context, Loop& loop, Fd listener, JSValueConst callback);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() override;

  void begin() override;
  // The oldest request without an answer, or null.
  [[nodiscard]] evhttp_request* oldest() const {
    return unanswered_.empty() ? nullptr : unanswered_.front();
  }
  // Answers the oldest.
  void answer(const HttpReply& reply);

 private:
  struct Free {
    void operator()(evhttp* server) const { evhttp_free(server); }
  };

  void take(evhttp_request* request);

  JSContext* context_;
  Value callback_;
  Fd listener_;
  EventBase events_;
  std::unique_ptr<evhttp, Free> server_;
  // libevent keeps them until they are answered, also when the client has gone.
  std::deque<evhttp_request*> unanswered_;
};

}  // namespace netwright::engine
