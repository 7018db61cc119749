// The one exception of the core: a refused system call or netlink request.
#pragma once

#include <cerrno>
#include <exception>
#include <string>
#include <string_view>

namespace netwright {

// What is being attempted: the words of a possible error message.
struct Attempt {
  std::string_view operation;  // in the imperative: "create link"
  std::string object;          // a phrase built from values: "net1 (macvlan on eth0)"
};

// The kernel refused. `detail` is its extended acknowledgement or another known circumstance, and
// empty when there is none.
class SystemError : public std::exception {
 public:
  SystemError(const Attempt& attempt, int error, std::string detail);

  [[nodiscard]] const std::string& operation() const { return operation_; }
  [[nodiscard]] const std::string& object() const { return object_; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] const std::string& detail() const { return detail_; }
  // The symbolic name, "EEXIST".
  [[nodiscard]] std::string code() const;
  // The text in lower case, "file exists".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string operation_;
  std::string object_;
  int error_;
  std::string detail_;
  std::string message_;
};

[[noreturn]] void fail(const Attempt& attempt, int error, std::string detail = {});

// Passes a system call's result through; throws when it is negative.
template <typename Result>
[[nodiscard]] Result check(Result result, const Attempt& attempt) {
  if (result < 0) fail(attempt, errno);
  return result;
}

// Repeats a system call while signals interrupt it.
template <typename Call>
[[nodiscard]] auto retryInterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace netwright
