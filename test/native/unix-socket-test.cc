#include "core/unix-socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "core/fd.h"
#include "lab.h"

namespace netwright::test {

namespace {

Fd newSocket(int family, int type) {
  return Fd(::socket(family, type, 0));
}

// With a name of the kernel's choice, unix(7) "autobind".
Fd newListener() {
  Fd fd = newSocket(AF_UNIX, SOCK_STREAM);
  const sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t)), 0);
  EXPECT_EQ(::listen(fd.get(), 1), 0);
  return fd;
}

int errorOfAdopting(int descriptor) {
  try {
    adoptListener(descriptor);
  } catch (const SystemError& error) {
    EXPECT_EQ(error.object(), "descriptor " + std::to_string(descriptor));
    return error.error();
  }
  return 0;
}

TEST(UnixSocketTest, tellsWhoIsAtTheOtherEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const Fd one(ends[0]);
  const Fd other(ends[1]);
  const SocketPeer peer = peerOf(one.get(), "a socket");
  EXPECT_EQ(peer.userId, ::geteuid());
  EXPECT_EQ(peer.processId, ::getpid());
}

TEST(UnixSocketTest, doesNotTellOfWhatIsNoSocket) {
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  try {
    (void)peerOf(file.get(), "/run/a.sock");
    FAIL() << "told of a file";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), ENOTSOCK);
    EXPECT_EQ(error.object(), "/run/a.sock");
  }
}

TEST(UnixSocketTest, hasAnAdoptedListenerNeitherBlockNorBeInherited) {
  const Fd listener = newListener();
  EXPECT_EQ(errorOfAdopting(listener.get()), 0);
  EXPECT_TRUE((::fcntl(listener.get(), F_GETFL) & O_NONBLOCK) != 0);
  EXPECT_EQ(::fcntl(listener.get(), F_GETFD), FD_CLOEXEC);
}

TEST(UnixSocketTest, adoptsNothingElse) {
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Fd internet = newSocket(AF_INET, SOCK_STREAM);
  ASSERT_EQ(::listen(internet.get(), 1), 0);
  EXPECT_EQ(errorOfAdopting(-1), EBADF);
  EXPECT_EQ(errorOfAdopting(file.get()), ENOTSOCK);
  EXPECT_EQ(errorOfAdopting(internet.get()), EINVAL);
  EXPECT_EQ(errorOfAdopting(newSocket(AF_UNIX, SOCK_DGRAM).get()), EINVAL);
  EXPECT_EQ(errorOfAdopting(newSocket(AF_UNIX, SOCK_STREAM).get()), EINVAL);
}

}  // namespace

}  // namespace netwright::test
