// Functions that libuv, QuickJS, libevent, OpenSSL and the libraries themselves refer to, and that
// no call gets to.
//
// Each brings far more along than it is: who a user is needs name services, and these a resolver
// and a loader of shared libraries; a message needs catalogues of translations; reading numbers
// needs wide characters. The linker takes the names that it finds first, which are these.

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <string_view>

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the libraries'.

extern "C" {

// For libuv's uv_os_get_passwd().
// NOLINTNEXTLINE(readability-function-size): so many parameters it has.
int getpwuid_r(uid_t /*user*/, passwd* /*entry*/, char* /*buffer*/, size_t /*size*/,
               passwd** found) {
  *found = nullptr;
  return ENOSYS;
}

// For libuv's pool of threads; the engine has one thread.
int pthread_create(pthread_t* /*thread*/, const pthread_attr_t* /*attributes*/,
                   void* (* /*start*/)(void*), void* /*argument*/) {
  return EAGAIN;
}

// For what libuv tells about processors and limits. <cstdio> would give them other names.
constexpr int endOfFile = -1;
int sscanf(const char* /*text*/, const char* /*format*/, ...) {
  return endOfFile;
}
int fscanf(void* /*stream*/, const char* /*format*/, ...) {
  return endOfFile;
}

// For libuv's uv_fs_readlink(), which then takes the longest path there is.
long pathconf(const char* /*path*/, int /*limit*/) {
  errno = ENOSYS;
  return -1;
}

// Names are libevent's affair, which asks servers itself; see http-ground.h. OpenSSL, too, can look
// them up.
int getaddrinfo(const char* /*name*/, const char* /*service*/, const addrinfo* /*hints*/,
                addrinfo** found) {
  *found = nullptr;
  return EAI_FAIL;
}
void freeaddrinfo(addrinfo* /*found*/) {}
hostent* gethostbyname(const char* /*name*/) {
  return nullptr;
}
servent* getservbyname(const char* /*name*/, const char* /*protocol*/) {
  return nullptr;
}
protoent* getprotobynumber(int /*protocol*/) {
  return nullptr;
}

// For libuv's look for newer functions of the C library, and OpenSSL's for modules; there are no
// shared libraries here.
void* dlopen(const char* /*path*/, int /*mode*/) {
  return nullptr;
}
int dlclose(void* /*library*/) {
  return -1;
}
int dladdr(const void* /*address*/, Dl_info* /*info*/) {
  return 0;
}
void* dlsym(void* /*library*/, const char* /*name*/) {
  return nullptr;
}
char* dlerror() {
  return nullptr;
}

// For Date, which asks how far local time is from UTC: here they are the same.
tm* localtime_r(const time_t* /*time*/, tm* local) {
  *local = {};
  return local;
}

// Messages are not translated; no call sets a locale.
char* __dcgettext(const char* /*domain*/, const char* message, int /*category*/) {
  return const_cast<char*>(message);
}

[[noreturn]] void __assert_fail(const char* assertion, const char* file, unsigned int /*line*/,
                                const char* /*function*/) {
  for (const std::string_view text : {file, ": ", assertion, "\n"}) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) break;
  }
  std::abort();
}

// An exception that nobody has caught is named as the compiler names it.
char* __cxa_demangle(const char* /*name*/, char* /*buffer*/, size_t* /*size*/, int* status) {
  constexpr int outOfMemory = -1;
  *status = outOfMemory;
  return nullptr;
}

}  // extern "C"

// NOLINTEND(bugprone-reserved-identifier)
