#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "checksum.h"
#include "engine.h"
#include "modules.h"
#include "snapshot.h"

// The first byte of the program and the one after its last, wherever it is loaded; the linker
// defines them.
extern "C" const std::byte __ehdr_start;  // NOLINT(bugprone-reserved-identifier)
extern "C" const std::byte _end;

namespace netwright::engine {

namespace {

constexpr size_t wordSize = sizeof(uint64_t);

uint64_t microsecondsSinceEpoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

bool isWithin(uint64_t word, uint64_t begin, uint64_t end) {
  return word - begin < end - begin;
}

Snapshot& makeSpace() {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the address that is known.
  void* place = reinterpret_cast<void*>(snapshotAddress);
  const void* mapped = ::mmap(place, snapshotSpace, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (mapped != place) throw std::runtime_error("its place is taken");
  const std::span all(static_cast<std::byte*>(place), snapshotSpace);
  return *new (place) Snapshot{.memory = Memory(all.subspan(sizeof(Snapshot)))};
}

std::span<uint64_t> wordsOf(Snapshot& snapshot) {
  auto* words = reinterpret_cast<uint64_t*>(&snapshot);
  const auto* end = reinterpret_cast<const uint64_t*>(snapshot.memory.rest().data());
  return {words, end};
}

// QuickJS takes the time for it, so it is the one word that is a time between these two.
uint64_t findSeed(std::span<const uint64_t> words, uint64_t before, uint64_t after) {
  const auto isTime = [&](uint64_t word) { return isWithin(word, before, after + 1); };
  const auto found = std::ranges::find_if(words, isTime);
  if (std::ranges::count_if(words, isTime) != 1) throw std::runtime_error("no seed in the context");
  return static_cast<uint64_t>(found - words.begin());
}

void load(Engine& engine, const char* module) {
  const Value thrown = engine.run(module);
  if (JS_IsUndefined(thrown.get()) != 0) return;
  const char* text = JS_ToCString(engine.context(), thrown.get());
  throw std::runtime_error(std::string("load ") + module + ": " + (text == nullptr ? "" : text));
}

// What is imported on demand by most calls, or decides how long they take; what these import comes
// along. The rest is read from bytecode when it is called for: every page costs every process its
// time.
constexpr std::string_view often[] = {"perform-", "addon-", "plugin-", "settle-addresses-",
                                      "release-addresses-"};

bool isOften(const EmbeddedModule& module) {
  return std::ranges::any_of(often, [&](auto name) { return module.name.starts_with(name); });
}

void loadScripts(Engine& engine) {
  useEmbeddedModules(engine.runtime());
  // The others expect to be loaded after what the main module does first.
  load(engine, mainModule);
  for (const EmbeddedModule& module : embeddedModules) {
    if (isOften(module)) load(engine, module.name.data());
  }
  JS_RunGC(engine.runtime());
  // Without a limit it does not matter where this process has its stack.
  JS_SetMaxStackSize(engine.runtime(), 0);
}

// Makes pointers into the program relative, and tells where they are. Of those into the stack,
// which nobody uses any more, nothing is left. Parts of pointers that something has been written
// over are not to be told from numbers: the build has all addresses be the same (engine.cmake).
std::vector<uint32_t> detach(std::span<uint64_t> words) {
  const auto begin = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto end = reinterpret_cast<uintptr_t>(&_end);
  const auto stack = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  constexpr uintptr_t reach = 1024UL * 1024;
  std::vector<uint32_t> pointers;
  for (size_t index = 0; index < words.size(); index++) {
    uint64_t& word = words[index];
    if (isWithin(word, begin, end)) {
      word -= begin;
      pointers.push_back(static_cast<uint32_t>(index));
    } else if (isWithin(word, stack - reach, stack + reach)) {
      word = 0;
    }
  }
  return pointers;
}

// The words so far, with the positions of pointers behind them.
std::vector<uint64_t> draw(Snapshot& snapshot) {
  const std::span words = wordsOf(snapshot);
  snapshot.memory.seal();
  std::vector<uint64_t> picture(words.begin(), words.end());
  // Which would be another one in every build.
  picture[snapshot.seed] = 0;
  std::vector<uint32_t> pointers = detach(picture);
  auto* header = reinterpret_cast<Snapshot*>(picture.data());
  header->pointers = picture.size() * wordSize;
  header->pointerCount = pointers.size();
  // Two to a word.
  if (pointers.size() % 2 == 1) pointers.push_back(0);
  const std::span more(reinterpret_cast<const uint64_t*>(pointers.data()), pointers.size() / 2);
  picture.insert(picture.end(), more.begin(), more.end());
  return picture;
}

// Makes it what `isIntact` expects.
void seal(std::span<uint64_t> picture) {
  auto* header = reinterpret_cast<Snapshot*>(picture.data());
  header->size = picture.size_bytes();
  if (header->size > embeddedSnapshot.size()) {
    throw std::runtime_error("it has " + std::to_string(header->size) + " bytes, room is for " +
                             std::to_string(embeddedSnapshot.size()));
  }
  const std::span bytes(reinterpret_cast<const uint8_t*>(picture.data()), picture.size_bytes());
  header->checksum = checksumOf(bytes.subspan(sizeof header->checksum));
}

void save(std::span<const uint64_t> words, const char* path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "w"), std::fclose);
  if (file == nullptr ||
      std::fwrite(words.data(), wordSize, words.size(), file.get()) != words.size() ||
      std::fflush(file.get()) != 0) {
    throw std::system_error(errno, std::system_category(), path);
  }
}

}  // namespace

int writeSnapshot(const char* path) {
  try {
    Snapshot& snapshot = makeSpace();
    const uint64_t before = microsecondsSinceEpoch();
    Engine engine({}, snapshot.memory);
    snapshot.seed = findSeed(wordsOf(snapshot), before, microsecondsSinceEpoch());
    snapshot.runtime = engine.runtime();
    snapshot.context = engine.context();
    loadScripts(engine);
    std::vector<uint64_t> picture = draw(snapshot);
    seal(picture);
    constexpr size_t page = largestPage / wordSize;
    picture.resize((picture.size() + page - 1) / page * page);
    save(picture, path);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write the snapshot: %s\n", error.what());
    return EXIT_FAILURE;
  }
}

}  // namespace netwright::engine
