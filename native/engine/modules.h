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
  // Of the bytecode.
  uint64_t checksum;
};

// The one that runs a call, with its function `run`.
constexpr const char* mainModule = "main.js";

// All of them, sorted by name. The build writes this table.
extern const std::span<const EmbeddedModule> embeddedModules;

// Makes imports find the embedded modules, and `netwright:engine`.
void useEmbeddedModules(JSRuntime* runtime);

}  // namespace netwright::engine
