#include "http-server.h"

#include <event2/buffer.h>
#include <event2/listener.h>

#include <cerrno>
#include <utility>

#include "engine.h"

namespace netwright::engine {

namespace {

// Nobody has more to say to a server of metrics.
constexpr size_t maxRequestBytes = 65536;
constexpr int idleSeconds = 60;
constexpr int unavailable = 503;

}  // namespace

HttpServer::HttpServer(JSContext* context, Loop& loop, Fd listener, JSValueConst callback)
    : context_(context),
      callback_(context, JS_DupValue(context, callback)),
      listener_(std::move(listener)),
      events_(loop),
      server_(evhttp_new(events_.get())) {
  if (server_ == nullptr) throw Refusal{ENOMEM};
  evhttp_set_max_headers_size(server_.get(), maxRequestBytes);
  evhttp_set_max_body_size(server_.get(), maxRequestBytes);
  evhttp_set_timeout(server_.get(), idleSeconds);
  evhttp_set_gencb(
      server_.get(),
      [](evhttp_request* request, void* server) noexcept {
        static_cast<HttpServer*>(server)->take(request);
      },
      this);
  // It listens already, and is closed here. What it accepts is close-on-exec.
  evconnlistener* accepting = evconnlistener_new(events_.get(), nullptr, nullptr,
                                                 LEV_OPT_CLOSE_ON_EXEC, 0, listener_.get());
  if (accepting == nullptr) throw Refusal{ENOMEM};
  evhttp_bind_listener(server_.get(), accepting);
  events_.begin();
  events_.turn();
}

HttpServer::~HttpServer() {
  while (oldest() != nullptr) answer({unavailable, "text/plain", {}});
  server_.reset();
  events_.turn();
}

void HttpServer::begin() {
  enqueueCall(context_, callback_);
}

void HttpServer::answer(const HttpReply& reply) {
  evhttp_request* request = unanswered_.front();
  unanswered_.pop_front();
  evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                    reply.contentType.c_str());
  evbuffer* body = evhttp_request_get_output_buffer(request);
  evbuffer_add(body, reply.body.data(), reply.body.size());
  evhttp_send_reply(request, reply.status, nullptr, nullptr);
  events_.turn();
}

void HttpServer::take(evhttp_request* request) {
  unanswered_.push_back(request);
  Engine::of(context_).loop().makeDue(*this);
}

}  // namespace netwright::engine
