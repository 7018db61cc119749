#include "damage.h"

#include <random>

namespace netwright::test {

void forEachDamaged(Bytes message, const std::function<void(const Datagram& damaged)>& read) {
  constexpr int rounds = 3000;
  constexpr int damagedBytes = 4;
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same damage every time
  std::uniform_int_distribution<size_t> anyPlace(0, message.size() - 1);
  std::uniform_int_distribution<unsigned> anyByte(0, 255);
  for (int round = 0; round < rounds; round++) {
    Datagram damaged(message.begin(), message.end());
    for (int i = 0; i < damagedBytes; i++) {
      damaged.at(anyPlace(random)) = std::byte(anyByte(random));
    }
    if (round % 2 == 0) damaged.resize(anyPlace(random));
    damaged.shrink_to_fit();
    read(damaged);
  }
}

}  // namespace netwright::test
