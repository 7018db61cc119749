#include "checksum.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace netwright::engine {

namespace {

// What every processor adds in one instruction, and as many of these as keep it busy.
using Pair = uint64_t __attribute__((vector_size(16)));
constexpr size_t pairs = 4;
constexpr size_t stride = pairs * sizeof(Pair);
using Sums = std::array<Pair, pairs>;

// Three times the sum: multiplication by an odd number loses nothing, so that one changed word
// always changes the sum in the end.
void add(Sums& sums, const uint8_t* bytes) {
#pragma GCC unroll pairs
  for (Pair& sum : sums) {
    Pair words;
    std::memcpy(&words, bytes, sizeof words);
    bytes += sizeof words;
    sum = sum + (sum << 1) + words;
  }
}

}  // namespace

uint64_t checksumOf(std::span<const uint8_t> bytes) {
  Sums sums{};
  size_t position = 0;
  for (; position + stride <= bytes.size(); position += stride) add(sums, &bytes[position]);
  std::array<uint8_t, stride> last{};
  std::ranges::copy(bytes.subspan(position), last.begin());
  add(sums, last.data());
  constexpr uint64_t prime = 0x9e3779b97f4a7c15;
  uint64_t whole = bytes.size();
  for (const Pair& sum : sums) whole = (((whole ^ sum[0]) * prime) ^ sum[1]) * prime;
  return whole;
}

}  // namespace netwright::engine
