#include "core/file-lock.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>

#include "lab.h"

namespace netwright::test {

namespace {

constexpr mode_t mode = 0600;

class FileLockTest : public testing::Test {
 public:
  FileLockTest() {
    std::string path = testing::TempDir() + "lock-XXXXXX";
    folder_ = ::mkdtemp(path.data());
  }
  ~FileLockTest() override { std::filesystem::remove_all(folder_); }
  FileLockTest(const FileLockTest&) = delete;
  FileLockTest& operator=(const FileLockTest&) = delete;

 protected:
  [[nodiscard]] std::string path() const { return folder_ + "/lock"; }

 private:
  std::string folder_;
};

TEST_F(FileLockTest, isHeldByOneAtATime) {
  const auto first = FileLock::tryLock(path(), mode);
  EXPECT_TRUE(first);
  EXPECT_FALSE(FileLock::tryLock(path(), mode));
}

TEST_F(FileLockTest, isFreeOnceItsHolderIsGone) {
  { const auto first = FileLock::tryLock(path(), mode); }
  EXPECT_TRUE(FileLock::tryLock(path(), mode));
}

TEST_F(FileLockTest, movesWithItsHolder) {
  std::optional<FileLock> second;
  {
    auto first = FileLock::tryLock(path(), mode);
    second = std::move(first);
  }
  EXPECT_FALSE(FileLock::tryLock(path(), mode));
}

TEST_F(FileLockTest, createsTheFileWithItsMode) {
  const auto lock = FileLock::tryLock(path(), mode);
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, mode);
}

TEST_F(FileLockTest, isFreeOnceItsProcessIsKilled) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = FileLock::tryLock(path(), mode);
    const char answer = lock ? 'y' : 'n';
    (void)!::write(pipe[1], &answer, 1);
    for (;;) ::pause();
  }
  char answer = 0;
  EXPECT_EQ(::read(pipe[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(FileLock::tryLock(path(), mode));
  ::kill(holder, SIGKILL);
  EXPECT_EQ(::waitpid(holder, nullptr, 0), holder);
  EXPECT_TRUE(FileLock::tryLock(path(), mode));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_F(FileLockTest, isNotInheritedByOtherPrograms) {
  const auto lock = FileLock::tryLock(path(), mode);
  EXPECT_EQ(run("ls -l /proc/self/fd").find(path()), std::string::npos);
}

TEST_F(FileLockTest, needsTheFolderToBeThere) {
  const SystemError error = errorOf([&] { (void)FileLock::tryLock(path() + "/deeper", mode); });
  EXPECT_EQ(error.operation(), "lock file");
  EXPECT_EQ(error.object(), path() + "/deeper");
  EXPECT_EQ(error.error(), ENOENT);
}

TEST_F(FileLockTest, doesNotFollowALink) {
  ASSERT_EQ(::symlink("/etc/passwd", path().c_str()), 0);
  EXPECT_EQ(errorOf([&] { (void)FileLock::tryLock(path(), mode); }).error(), ELOOP);
}

TEST_F(FileLockTest, doesNotWaitForTheOtherEndOfAPipe) {
  ASSERT_EQ(::mkfifo(path().c_str(), mode), 0);
  EXPECT_TRUE(FileLock::tryLock(path(), mode));
}

}  // namespace

}  // namespace netwright::test
