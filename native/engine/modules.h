// The compiled scripts inside the executable.
#pragma once

#include <quickjs.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace netwright::engine {

// A module as script/bytecode.mjs compiled it.
struct EmbeddedModule {
  std::string_view name;
  std::span<const uint8_t> bytecode;
  // Of the bytecode; see `checksumOf`.
  uint64_t checksum;
};

// All of them, sorted by name. The build writes this table.
extern const std::span<const EmbeddedModule> embeddedModules;

// Makes imports find the embedded modules, and `netwright:engine`.
void useEmbeddedModules(JSRuntime* runtime);

// Tells damage, not malice: QuickJS trusts what it reads, and a disk may have lost a block of the
// file. script/bytecode.mjs computes the same.
[[nodiscard]] uint64_t checksumOf(std::span<const uint8_t> bytes);

}  // namespace netwright::engine
