#include "core/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include "lab.h"

namespace netwright::test {

namespace {

int openNull() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool isOpen(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

TEST(Fd, holdsNothingAtFirst) {
  const Fd fd;
  EXPECT_FALSE(fd.isOpen());
}

TEST(Fd, closesItsDescriptorAtTheEndOfItsLife) {
  const int descriptor = openNull();
  {
    const Fd fd(descriptor);
    EXPECT_TRUE(fd.isOpen());
    EXPECT_EQ(fd.get(), descriptor);
  }
  EXPECT_FALSE(isOpen(descriptor));
}

TEST(Fd, givesItsDescriptorAwayWhenMoved) {
  Fd from(openNull());
  const int descriptor = from.get();
  const Fd to(std::move(from));
  // NOLINTNEXTLINE(bugprone-use-after-move): what it is after the move is the subject.
  EXPECT_FALSE(from.isOpen());
  EXPECT_EQ(to.get(), descriptor);
  EXPECT_TRUE(isOpen(descriptor));
}

TEST(Fd, closesWhatItHeldWhenAnotherIsMovedIntoIt) {
  Fd fd(openNull());
  const int old = fd.get();
  Fd other(openNull());
  const int descriptor = other.get();
  fd = std::move(other);
  EXPECT_FALSE(isOpen(old));
  EXPECT_EQ(fd.get(), descriptor);
}

TEST(Fd, survivesBeingMovedIntoItself) {
  Fd fd(openNull());
  Fd& same = fd;
  fd = std::move(same);
  EXPECT_TRUE(isOpen(fd.get()));
}

TEST(Fd, closesOnceOnly) {
  Fd fd(openNull());
  const int descriptor = fd.get();
  fd.close();
  const int next = openNull();
  EXPECT_EQ(next, descriptor) << "the number is free again";
  fd.close();
  EXPECT_TRUE(isOpen(next));
  ::close(next);
}

}  // namespace

}  // namespace netwright::test
