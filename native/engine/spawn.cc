#include "spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>

#include "host-call.h"

namespace netwright::engine {

namespace {

constexpr int firstFreeDescriptor = STDERR_FILENO + 1;

void check(int error) {
  if (error != 0) throw Refusal{error};
}

class FileActions {
 public:
  FileActions() { check(posix_spawn_file_actions_init(&actions_)); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  void use(const Fd& fd, int as) {
    check(posix_spawn_file_actions_adddup2(&actions_, fd.get(), as));
  }
  void closeFrom(int first) { check(posix_spawn_file_actions_addclosefrom_np(&actions_, first)); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() { check(posix_spawnattr_init(&attributes_)); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }

  void resetSignals() {
    sigset_t all{};
    sigset_t none{};
    sigfillset(&all);
    sigemptyset(&none);
    check(posix_spawnattr_setsigdefault(&attributes_, &all));
    check(posix_spawnattr_setsigmask(&attributes_, &none));
    check(posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  }
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// Moved up if it has the number of a standard stream, which the program's own would overwrite.
Fd aboveStandardStreams(Fd fd) {
  if (fd.get() >= firstFreeDescriptor) return fd;
  return Fd(complete([&] { return ::fcntl(fd.get(), F_DUPFD_CLOEXEC, firstFreeDescriptor); }));
}

// The texts as execve(2) takes them, after `first` if it is not null.
std::vector<char*> pointersTo(std::vector<std::string>& texts, char* first = nullptr) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 2);
  if (first != nullptr) pointers.push_back(first);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Pipe openPipe() {
  int ends[2] = {-1, -1};
  (void)complete([&] { return ::pipe2(ends, O_CLOEXEC); });
  Fd reading(ends[0]);
  Fd writing(ends[1]);
  return {aboveStandardStreams(std::move(reading)), aboveStandardStreams(std::move(writing))};
}

void makeNonBlocking(const Fd& fd) {
  const int flags = complete([&] { return ::fcntl(fd.get(), F_GETFL); });
  (void)complete([&] { return ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK); });
}

pid_t spawn(Program program, const StandardStreams& streams) {
  FileActions actions;
  actions.use(streams.input, STDIN_FILENO);
  actions.use(streams.output, STDOUT_FILENO);
  actions.use(streams.diagnostic, STDERR_FILENO);
  actions.closeFrom(firstFreeDescriptor);
  Attributes attributes;
  attributes.resetSignals();

  const std::vector<char*> arguments = pointersTo(program.arguments, program.path.data());
  const std::vector<char*> environment = pointersTo(program.environment);
  pid_t process = -1;
  check(posix_spawn(&process, program.path.c_str(), actions.get(), attributes.get(),
                    arguments.data(), environment.data()));
  return process;
}

}  // namespace netwright::engine
