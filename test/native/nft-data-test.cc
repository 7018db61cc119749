#include "core/nft-data.h"

#include "lab.h"

namespace netwright::test {

namespace {

std::optional<std::string> commentIn(std::string_view hex) {
  return readNftComment(bytesOf(hex));
}

TEST(NftData, isReadFromItsNestOnly) {
  const auto read = [](std::string_view hex) {
    const auto nest = bytesOf(hex);
    const auto data = readNftData(nest);
    return data ? hexOf(*data) : "none";
  };
  EXPECT_EQ(read("07 00 01 00 0a 01 02 00"), "0a 01 02");
  EXPECT_EQ(read("04 00 01 00"), "");
  EXPECT_EQ(read(""), "none");
  EXPECT_EQ(read("07 00 01 00 0a 01"), "none") << "cut short";
  EXPECT_EQ(read("0c 00 02 80 08 00 01 00 00 00 00 01"), "none") << "a verdict";
}

TEST(NftComment, isFoundBehindOtherUserData) {
  EXPECT_EQ(commentIn("01 02 ab cd 00 04 77 68 79 00"), "why");
}

TEST(NftComment, isWhatStandsInFrontOfAZero) {
  EXPECT_EQ(commentIn("00 03 77 68 79"), "why") << "without a zero";
  EXPECT_EQ(commentIn("00 05 77 00 68 79 00"), "w");
}

TEST(NftComment, isNoneInUserDataCutShort) {
  EXPECT_EQ(commentIn(""), std::nullopt);
  EXPECT_EQ(commentIn("00"), std::nullopt);
  EXPECT_EQ(commentIn("00 05 77 68 79 00"), std::nullopt);
  EXPECT_EQ(commentIn("01 ff 77 68 79 00"), std::nullopt);
  EXPECT_EQ(commentIn("01 01 00 00"), std::nullopt);
}

}  // namespace

}  // namespace netwright::test
