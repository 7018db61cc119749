#include "text.h"

#include <algorithm>
#include <array>
#include <string>

namespace netwright::engine {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// What the second byte of a character may be, and how many follow the first: Unicode 15, table 3-7.
struct Lead {
  unsigned char from;
  unsigned char to;
  size_t following;
};

Lead leadOf(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {0x80, 0xBF, 1};
  if (byte == 0xE0) return {0xA0, 0xBF, 2};
  if (byte == 0xED) return {0x80, 0x9F, 2};
  if (byte >= 0xE1 && byte <= 0xEF) return {0x80, 0xBF, 2};
  if (byte == 0xF0) return {0x90, 0xBF, 3};
  if (byte >= 0xF1 && byte <= 0xF3) return {0x80, 0xBF, 3};
  if (byte == 0xF4) return {0x80, 0x8F, 3};
  return {0, 0, 0};
}

struct Part {
  size_t size;
  bool isWhole;
};

// The character at the beginning of the text, or as much of one as there is.
Part firstPart(std::string_view text) {
  const auto byteAt = [&](size_t position) { return static_cast<unsigned char>(text[position]); };
  if (byteAt(0) < 0x80) return {1, true};
  Lead lead = leadOf(byteAt(0));
  if (lead.following == 0) return {1, false};
  size_t size = 1;
  while (size <= lead.following && size < text.size() && byteAt(size) >= lead.from &&
         byteAt(size) <= lead.to) {
    lead.from = 0x80;
    lead.to = 0xBF;
    size += 1;
  }
  return {size, size == lead.following + 1};
}

bool isAscii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char byte) { return (static_cast<unsigned char>(byte) & 0x80) != 0; });
}

std::string wellFormed(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Part part = firstPart(text);
    result += part.isWhole ? text.substr(0, part.size) : replacement;
    text.remove_prefix(part.size);
  }
  return result;
}

bool isContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The engine writes half a surrogate pair as if it were a character: three bytes, as many as U+FFFD
// has.
void replaceSurrogates(std::span<char> text) {
  constexpr char lead = '\xED';
  constexpr char firstSurrogate = '\xA0';
  auto rest = text.begin();
  while ((rest = std::find(rest, text.end(), lead)) != text.end()) {
    if (static_cast<unsigned char>(rest[1]) >= static_cast<unsigned char>(firstSurrogate)) {
      std::copy(replacement.begin(), replacement.end(), rest);
    }
    rest += 3;
  }
}

}  // namespace

std::string_view viewOf(const char* text, size_t length) {
  return length == NAPI_AUTO_LENGTH ? std::string_view(text) : std::string_view(text, length);
}

JSValue newString(JSContext* context, std::string_view text) {
  if (isAscii(text)) return JS_NewStringLen(context, text.data(), text.size());
  const std::string repaired = wellFormed(text);
  return JS_NewStringLen(context, repaired.data(), repaired.size());
}

Utf8::Utf8(JSContext* context, JSValueConst string)
    : context_(context), text_(JS_ToCStringLen(context, &size_, string)) {}

Utf8::~Utf8() {
  if (text_ != nullptr) JS_FreeCString(context_, text_);
}

size_t Utf8::copyTo(std::span<char> room) const {
  size_t size = std::min(size_, room.size());
  while (size > 0 && size < size_ && isContinuation(text_[size])) size -= 1;
  const auto end = std::copy_n(text_, size, room.begin());
  replaceSurrogates({room.begin(), end});
  return size;
}

}  // namespace netwright::engine
