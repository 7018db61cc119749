// Reading formatted text, as far as libevent does it here: versions of HTTP and IP addresses. The C
// library's brings wide characters and a loader of modules along.

#include <climits>
#include <cstdarg>
#include <cstdlib>

namespace {

constexpr int decimal = 10;

// The number at `text`, which goes on behind it; false where there is none, or one out of range.
bool takeNumber(const char*& text, int& number) {
  char* end = nullptr;
  const long value = std::strtol(text, &end, decimal);
  if (end == text || value < INT_MIN || value > INT_MAX) return false;
  number = static_cast<int>(value);
  text = end;
  return true;
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl50-cpp): the name is the C library's.

// sscanf(3) with `%d`, `%u` of what an int can be, `%c`, and letters that stand for themselves.
// Stops at anything else.
extern "C" int __isoc99_sscanf(const char* text, const char* format, ...) {
  std::va_list targets;
  va_start(targets, format);
  int count = 0;
  for (; *format != '\0'; format++) {
    if (*format != '%') {
      if (*text++ != *format) break;
      continue;
    }
    format++;
    if (*format == 'd' || *format == 'u') {
      if (!takeNumber(text, *va_arg(targets, int*))) break;
    } else if (*format == 'c' && *text != '\0') {
      *va_arg(targets, char*) = *text++;
    } else {
      break;
    }
    count++;
  }
  va_end(targets);
  return count;
}

// NOLINTEND(bugprone-reserved-identifier,cert-dcl50-cpp)
