// Where QuickJS's memory comes from.
#pragma once

#include <quickjs.h>

#include <array>
#include <cstddef>
#include <span>

namespace netwright::engine {

// The memory of one runtime, which it outlives. A page that is touched for the first time costs a
// trip to the kernel, and these would be a good part of what a short call pays; so pages are asked
// for by the dozen. What is given back is used again for the same size.
class Memory {
 public:
  Memory() = default;
  // Begins with what is there, which must be aligned as anything may be; see Snapshot.
  explicit Memory(std::span<std::byte> rest) : rest_(rest) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  // A runtime that lives here; null if there is not even memory for that.
  [[nodiscard]] JSRuntime* newRuntime();

  // What nothing has been cut from yet.
  [[nodiscard]] std::span<std::byte> rest() const { return rest_; }
  // Gives that up.
  void seal() { rest_ = {}; }
  // How many bytes are taken.
  [[nodiscard]] size_t taken() const { return taken_; }
  // Whether there was ever less than was asked for.
  [[nodiscard]] bool hasRunOut() const { return hasRunOut_; }

 private:
  struct Block;
  struct Chunk;
  static constexpr size_t granule = 64;
  // QuickJS divides pieces of 4 KiB among small objects itself, and rarely asks for larger ones.
  static constexpr size_t largestBlock = 8192;

  static void* allocate(JSMallocState* state, size_t size);
  static void release(JSMallocState* state, void* pointer);
  static void* resize(JSMallocState* state, void* pointer, size_t size);
  static size_t sizeOf(const void* pointer);

  [[nodiscard]] Block* take(size_t size);
  [[nodiscard]] Block* cut(size_t size);
  [[nodiscard]] bool grow();

  // By size in granules.
  std::array<Block*, largestBlock / granule + 1> free_{};
  std::span<std::byte> rest_;
  Chunk* chunks_ = nullptr;
  size_t taken_ = 0;
  bool hasRunOut_ = false;
};

}  // namespace netwright::engine
