// Runs programs as a runtime calls its plugins and tells how long each took, from fork and exec to
// exit.
//
// It is a program of its own because whoever measures must not disturb: it is small, waits in the
// kernel, and does everything that can be done beforehand before the clock starts.
//
// Standard input describes calls, a line for each part of one, and then says which to run, in
// order:
//
//   call ID            begins the description of a call
//   arg TEXT           a part of its command line; the first is the path of the program
//   env NAME=TEXT      a variable of its environment, which has no others
//   input TEXT         what it finds on its standard input, through a pipe
//   run ID...          runs calls, all at once when there are several
//
// Each `run` prints a line: how many nanoseconds passed until the last had exited, and how many KiB
// the largest process was, children that were waited for included (wait4(2), ru_maxrss). A call
// that fails ends everything, and what it printed is shown.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& operation) {
  std::perror(operation.c_str());
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): there is one thread
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  Fd& operator=(Fd&&) = delete;
  ~Fd() { close(); }
  [[nodiscard]] int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

struct Pipe {
  Fd read;
  Fd write;
};

Pipe openPipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("open a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

struct Call {
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string input;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result(texts.size() + 1, nullptr);
  std::ranges::transform(texts, result.begin(), [](std::string& text) { return text.data(); });
  return result;
}

/// What posix_spawn has to do in the child: the three standard streams.
class Streams {
 public:
  Streams(const Fd& input, const Fd& output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output.get(), STDERR_FILENO);
  }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A process that is ready to start: its pipes are open, and its input is in one of them.
class Process {
 public:
  Process(std::string id, Call& call)
      : id_(std::move(id)),
        input_(openPipe()),
        output_(openPipe()),
        streams_(input_.read, output_.write),
        arguments_(pointers(call.command)),
        environment_(pointers(call.environment)) {
    const auto length = static_cast<ssize_t>(call.input.size());
    if (write(input_.write.get(), call.input.data(), call.input.size()) != length) {
      fail("write the input of " + id_);
    }
    input_.write.close();
  }

  void start() {
    errno = posix_spawn(&pid_, arguments_[0], streams_.get(), nullptr, arguments_.data(),
                        environment_.data());
    if (errno != 0) fail("start " + id_);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Ends the run when the process did not end well.
  void judge(int status) {
    if (status == 0) return;
    output_.write.close();
    std::array<char, 4096> text{};
    const ssize_t length = read(output_.read.get(), text.data(), text.size());
    std::fprintf(stderr, "%s: wait status %#x\n%.*s\n", id_.c_str(), static_cast<unsigned>(status),
                 static_cast<int>(length), text.data());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): there is one thread
  }

 private:
  std::string id_;
  Pipe input_;
  Pipe output_;
  Streams streams_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  pid_t pid_ = -1;
};

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

void run(std::vector<std::unique_ptr<Process>>& processes) {
  struct End {
    pid_t pid;
    int status;
    rusage usage;
  };
  std::vector<End> ends(processes.size());
  const long long start = now();
  for (const auto& process : processes) process->start();
  for (End& end : ends) end.pid = wait4(-1, &end.status, 0, &end.usage);
  const long long taken = now() - start;
  long largest = 0;
  for (const End& end : ends) {
    largest = std::max(largest, end.usage.ru_maxrss);
    for (const auto& process : processes) {
      if (process->pid() == end.pid) process->judge(end.status);
    }
  }
  std::printf("%lld %ld\n", taken, largest);
}

/// The calls described so far, and the one being described.
class Session {
 public:
  void obey(std::string_view line) {
    const std::size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    const std::string text(space == std::string_view::npos ? "" : line.substr(space + 1));
    if (word == "call") current_ = &calls_[text];
    if (word == "arg") current_->command.push_back(text);
    if (word == "env") current_->environment.push_back(text);
    if (word == "input") current_->input = text;
    if (word == "run") start(text);
  }

 private:
  void start(std::string_view ids) {
    std::vector<std::unique_ptr<Process>> processes;
    while (!ids.empty()) {
      const std::string id(ids.substr(0, ids.find(' ')));
      ids.remove_prefix(std::min(ids.size(), id.size() + 1));
      processes.push_back(std::make_unique<Process>(id, calls_.at(id)));
    }
    run(processes);
  }

  std::map<std::string, Call, std::less<>> calls_;
  Call* current_ = nullptr;
};

}  // namespace

int main() {
  Session session;
  std::array<char, 65536> line{};
  while (std::fgets(line.data(), line.size(), stdin) != nullptr) {
    session.obey(std::string_view(line.data(), strcspn(line.data(), "\n")));
  }
  return 0;
}
