#include "system-error.h"

#include <cctype>
#include <cstring>
#include <utility>

namespace netwright {

namespace {

std::string messageOf(const SystemError& error) {
  std::string message =
      error.operation() + ' ' + error.object() + ": " + error.code() + ' ' + error.text();
  if (!error.detail().empty()) message += " — " + error.detail();
  return message;
}

}  // namespace

SystemError::SystemError(const Attempt& attempt, int error, std::string detail)
    : operation_(attempt.operation),
      object_(attempt.object),
      error_(error),
      detail_(std::move(detail)),
      message_(messageOf(*this)) {}

std::string SystemError::code() const {
  const char* name = strerrorname_np(error_);
  return name == nullptr ? std::to_string(error_) : name;
}

std::string SystemError::text() const {
  const char* description = strerrordesc_np(error_);
  std::string text = description == nullptr ? "unknown error" : description;
  // Only the first letter: the rest may hold names such as "RFS".
  const bool isAcronym = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!isAcronym) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

void fail(const Attempt& attempt, int error, std::string detail) {
  throw SystemError(attempt, error, std::move(detail));
}

}  // namespace netwright
