#include "memory.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#include "snapshot.h"

namespace netwright::engine {

// Stands before the bytes that QuickJS sees.
struct alignas(std::max_align_t) Memory::Block {
  // With this.
  size_t size;
  // Of the free ones of this size.
  Block* next;
};

// Stands before the blocks that are cut from it.
struct alignas(std::max_align_t) Memory::Chunk {
  Chunk* next;
};

namespace {

constexpr size_t chunkSize = 128UL * 1024;

}  // namespace

Memory::~Memory() {
  while (chunks_ != nullptr) {
    Chunk* chunk = chunks_;
    chunks_ = chunk->next;
    ::munmap(chunk, chunkSize);
  }
}

JSRuntime* Memory::newRuntime() {
  static constexpr JSMallocFunctions functions{allocate, release, resize, sizeOf};
  return JS_NewRuntime2(&functions, this);
}

void* Memory::allocate(JSMallocState* state, size_t size) {
  Memory& memory = *static_cast<Memory*>(state->opaque);
  // The limit is 0 where there is none.
  const bool isWithinLimit = state->malloc_size + size <= state->malloc_limit - 1;
  Block* block = isWithinLimit ? memory.take(size) : nullptr;
  if (block == nullptr) {
    memory.hasRunOut_ = true;
    return nullptr;
  }
  state->malloc_count++;
  state->malloc_size += block->size;
  memory.taken_ += block->size;
  return block + 1;
}

void Memory::release(JSMallocState* state, void* pointer) {
  if (pointer == nullptr) return;
  Block* block = static_cast<Block*>(pointer) - 1;
  state->malloc_count--;
  state->malloc_size -= block->size;
  Memory& memory = *static_cast<Memory*>(state->opaque);
  memory.taken_ -= block->size;
  if (block->size <= largestBlock) {
    Block*& head = memory.free_[block->size / granule];
    block->next = head;
    head = block;
  } else if (!isInSnapshot(block)) {
    ::operator delete(block);
  }
}

void* Memory::resize(JSMallocState* state, void* pointer, size_t size) {
  const size_t before = sizeOf(pointer);
  if (size != 0 && size <= before) return pointer;
  void* moved = size == 0 ? nullptr : allocate(state, size);
  if (moved != nullptr && pointer != nullptr) std::memcpy(moved, pointer, before);
  if (moved != nullptr || size == 0) release(state, pointer);
  return moved;
}

size_t Memory::sizeOf(const void* pointer) {
  if (pointer == nullptr) return 0;
  return (static_cast<const Block*>(pointer) - 1)->size - sizeof(Block);
}

Memory::Block* Memory::take(size_t size) {
  // QuickJS's limit keeps this from overflowing.
  const size_t rounded = (size + sizeof(Block) + granule - 1) / granule * granule;
  if (rounded > largestBlock) {
    if (isInSnapshot(rest_.data())) return cut(rounded);
    auto* block = static_cast<Block*>(::operator new(rounded, std::nothrow));
    if (block != nullptr) block->size = rounded;
    return block;
  }
  Block*& head = free_[rounded / granule];
  if (head == nullptr) return cut(rounded);
  Block* block = head;
  head = block->next;
  // What others left there may be pointers that differ from process to process, and QuickJS does
  // not overwrite all of it.
  if (isInSnapshot(rest_.data())) std::memset(block + 1, 0, rounded - sizeof(Block));
  return block;
}

Memory::Block* Memory::cut(size_t size) {
  if (rest_.size() < size && !grow()) return nullptr;
  auto* block = reinterpret_cast<Block*>(rest_.data());
  rest_ = rest_.subspan(size);
  block->size = size;
  return block;
}

bool Memory::grow() {
  if (isInSnapshot(rest_.data())) return false;
  void* mapped = ::mmap(nullptr, chunkSize, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (mapped == MAP_FAILED) return false;
  auto* chunk = static_cast<Chunk*>(mapped);
  chunk->next = chunks_;
  chunks_ = chunk;
  rest_ = std::span(static_cast<std::byte*>(mapped), chunkSize).subspan(sizeof(Chunk));
  return true;
}

}  // namespace netwright::engine
