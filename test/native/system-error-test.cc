#include "core/system-error.h"

#include "lab.h"

namespace netwright::test {

namespace {

TEST(SystemError, saysWhatWasTriedOnWhatAndWhy) {
  const SystemError error({"create link", "net1 (macvlan on eth0)"}, EEXIST, {});
  EXPECT_STREQ(error.what(), "create link net1 (macvlan on eth0): EEXIST file exists");
}

TEST(SystemError, addsTheKernelsOwnWords) {
  const SystemError error({"add route", "10.1.0.0/16"}, EINVAL, "Nexthop has invalid gateway");
  EXPECT_STREQ(error.what(),
               "add route 10.1.0.0/16: EINVAL invalid argument — Nexthop has invalid gateway");
}

TEST(SystemError, keepsItsFactsApart) {
  const SystemError error({"lock file", "/run/x"}, ENOENT, "gone");
  EXPECT_EQ(error.operation(), "lock file");
  EXPECT_EQ(error.object(), "/run/x");
  EXPECT_EQ(error.error(), ENOENT);
  EXPECT_EQ(error.code(), "ENOENT");
  EXPECT_EQ(error.text(), "no such file or directory");
  EXPECT_EQ(error.detail(), "gone");
}

TEST(SystemError, hasWordsForNumbersNobodyKnows) {
  const SystemError error({"open", "x"}, 4000, {});
  EXPECT_STREQ(error.what(), "open x: 4000 unknown error");
}

TEST(SystemError, leavesAcronymsAsTheyAre) {
  EXPECT_EQ(SystemError({"open", "x"}, EDOTDOT, {}).text(), "RFS specific error");
}

TEST(SystemError, outlivesTheWordsItWasMadeOf) {
  const SystemError error = [] {
    const std::string operation = "an operation too long for a small string";
    return SystemError({operation, "an object too long for a small string"}, EPERM, {});
  }();
  EXPECT_EQ(error.operation(), "an operation too long for a small string");
}

TEST(Check, passesAResultThrough) {
  EXPECT_EQ(check(7, attempt), 7);
  EXPECT_EQ(check(0, attempt), 0);
}

TEST(Check, throwsTheErrorNumberOfANegativeResult) {
  errno = EBUSY;
  const SystemError error = errorOf([] { (void)check(-1, attempt); });
  EXPECT_STREQ(error.what(), "try something: EBUSY device or resource busy");
}

TEST(RetryInterrupted, repeatsACallWhileSignalsInterruptIt) {
  int calls = 0;
  const int result = retryInterrupted([&] {
    errno = EINTR;
    return ++calls < 3 ? -1 : 42;
  });
  EXPECT_EQ(result, 42);
  EXPECT_EQ(calls, 3);
}

TEST(RetryInterrupted, leavesOtherErrorsToTheCaller) {
  int calls = 0;
  const int result = retryInterrupted([&] {
    calls++;
    errno = EAGAIN;
    return -1;
  });
  EXPECT_EQ(result, -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(calls, 1);
}

}  // namespace

}  // namespace netwright::test
