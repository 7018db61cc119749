#include "utf8.h"

#include <algorithm>
#include <cstdint>

namespace netwright::engine {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// The first bytes of U+D800 to U+DFFF, encoded like any other character.
constexpr char surrogateLead = '\xed';
constexpr uint8_t firstSurrogateByte = 0xa0;

struct Range {
  uint8_t first;
  uint8_t last;
  [[nodiscard]] bool contains(uint8_t byte) const { return byte >= first && byte <= last; }
};

constexpr Range continuation{0x80, 0xbf};

// How many bytes follow a first byte, which may be these, and which the next one may be. Unicode
// 15, table 3-7.
struct Form {
  size_t followers;
  Range leads;
  Range next;
};

constexpr Form forms[] = {
    {0, {0x00, 0x7f}, continuation}, {1, {0xc2, 0xdf}, continuation},
    {2, {0xe0, 0xe0}, {0xa0, 0xbf}}, {2, {0xe1, 0xec}, continuation},
    {2, {0xed, 0xed}, {0x80, 0x9f}}, {2, {0xee, 0xef}, continuation},
    {3, {0xf0, 0xf0}, {0x90, 0xbf}}, {3, {0xf1, 0xf3}, continuation},
    {3, {0xf4, 0xf4}, {0x80, 0x8f}},
};

enum class Completeness { whole, unfinished, illFormed };

// The first character of some bytes, or the part of one that they begin with.
struct Character {
  size_t length;
  Completeness completeness;
};

Character firstOf(std::string_view bytes) {
  const auto byteAt = [bytes](size_t position) { return static_cast<uint8_t>(bytes[position]); };
  const auto* form = std::ranges::find_if(
      forms, [&](const Form& candidate) { return candidate.leads.contains(byteAt(0)); });
  if (form == std::end(forms)) return {1, Completeness::illFormed};
  for (size_t position = 1; position <= form->followers; position++) {
    if (position == bytes.size()) return {position, Completeness::unfinished};
    const Range allowed = position == 1 ? form->next : continuation;
    if (!allowed.contains(byteAt(position))) return {position, Completeness::illFormed};
  }
  return {form->followers + 1, Completeness::whole};
}

bool isSurrogate(std::string_view bytes) {
  return bytes.size() >= replacement.size() && bytes[0] == surrogateLead &&
         static_cast<uint8_t>(bytes[1]) >= firstSurrogateByte;
}

}  // namespace

size_t wellFormedLength(std::string_view bytes) {
  size_t length = 0;
  while (length < bytes.size()) {
    if (static_cast<uint8_t>(bytes[length]) < continuation.first) {
      length++;
      continue;
    }
    const Character character = firstOf(bytes.substr(length));
    if (character.completeness != Completeness::whole) break;
    length += character.length;
  }
  return length;
}

std::string repaired(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (;;) {
    const size_t length = wellFormedLength(bytes);
    text += bytes.substr(0, length);
    bytes.remove_prefix(length);
    if (bytes.empty()) return text;
    text += replacement;
    bytes.remove_prefix(firstOf(bytes).length);
  }
}

size_t unfinishedLength(std::string_view bytes) {
  constexpr size_t longestPart = 3;
  for (size_t length = std::min(longestPart, bytes.size()); length > 0; length--) {
    const Character last = firstOf(bytes.substr(bytes.size() - length));
    if (last.completeness == Completeness::unfinished && last.length == length) return length;
  }
  return 0;
}

void replaceSurrogates(std::string& bytes) {
  for (size_t at = bytes.find(surrogateLead); at != std::string::npos;
       at = bytes.find(surrogateLead, at + 1)) {
    if (isSurrogate(std::string_view(bytes).substr(at))) {
      bytes.replace(at, replacement.size(), replacement);
    }
  }
}

bool hasSurrogates(std::string_view bytes) {
  for (size_t at = bytes.find(surrogateLead); at != std::string_view::npos;
       at = bytes.find(surrogateLead, at + 1)) {
    if (isSurrogate(bytes.substr(at))) return true;
  }
  return false;
}

}  // namespace netwright::engine
