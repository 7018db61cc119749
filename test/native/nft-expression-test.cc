#include "core/nft-expression.h"

#include <linux/netfilter/nf_tables.h>

#include "core/nft-expression-kinds.h"
#include "lab.h"

namespace netwright::test {

namespace {

// One expression of a rule with these attributes as its data, decoded.
std::string decoded(std::string_view name, std::string_view data) {
  MessageWriter writer(0, 0);
  {
    const MessageWriter::Nest element(writer, NFTA_LIST_ELEM);
    writer.text(NFTA_EXPR_NAME, name);
    writer.bytes(NFTA_EXPR_DATA, bytesOf(data));
  }
  const auto list = decodeNftExpressions(writer.finish(0).subspan(sizeof(nlmsghdr)));
  return list.size() == 1 ? show(list.front()) : "not one";
}

// Attributes by their numbers.
constexpr std::string_view one1 = "08 00 01 00 00 00 00 01 ";
constexpr std::string_view one2 = "08 00 02 00 00 00 00 01 ";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (const std::string_view part : parts) whole += part;
  return whole;
}

constexpr std::string_view mask = "0c 00 04 80 08 00 01 00 ff ff ff 00 ";
constexpr std::string_view noXor = "0c 00 05 80 08 00 01 00 00 00 00 00 ";

TEST(DecodeNftExpressions, readsAMaskAsOldAndNewKernelsWriteIt) {
  const std::string old = joined({one1, one2, "08 00 03 00 00 00 00 04", mask, noXor});
  const std::string expected = "kind=bitwise register=1 mask=ffffff00";
  EXPECT_EQ(decoded("bitwise", old), expected);
  EXPECT_EQ(decoded("bitwise", joined({old, "08 00 06 00 00 00 00 00"})), expected);
}

TEST(DecodeNftExpressions, takesOtherBitwiseOperationsForSomethingElse) {
  const std::string shift = "08 00 06 00 00 00 00 01";
  const std::string someXor = "0c 00 05 80 08 00 01 00 00 00 00 01 ";
  const std::string two2 = "08 00 02 00 00 00 00 02 ";
  for (const std::string& data :
       {joined({one1, one2, mask, noXor, shift}), joined({one1, one2, mask, someXor}),
        joined({one1, two2, mask, noXor}), joined({one1, one2, noXor}), joined({mask, noXor}),
        joined({one1, one2, mask, noXor, "08 00 09 00 00 00 00 01"})}) {
    EXPECT_EQ(decoded("bitwise", data), "kind=other name=bitwise") << data;
  }
}

TEST(DecodeNftExpressions, takesWhatSaysMoreThanWeReadForSomethingElse) {
  EXPECT_EQ(decoded("masq", ""), "kind=masquerade");
  EXPECT_EQ(decoded("masq", "08 00 01 00 00 00 00 04"), "kind=other name=masq") << "random";
  EXPECT_EQ(decoded("meta", joined({one1, "08 00 02 00 00 00 00 0f"})),
            "kind=meta register=1 key=nfproto");
  EXPECT_EQ(decoded("meta", joined({one1, "08 00 02 00 00 00 00 10"})), "kind=other name=meta");
  EXPECT_EQ(decoded("meta", "08 00 03 00 00 00 00 01 08 00 02 00 00 00 00 03"),
            "kind=other name=meta")
      << "set";
  EXPECT_EQ(decoded("meta", one1), "kind=other name=meta");
}

TEST(DecodeNftExpressions, readsNoOtherComparisonThanOfEquality) {
  const std::string_view value = "06 00 03 80 05 00 01 00 02 00 00 00";
  const std::string data = "09 00 03 80 05 00 01 00 02 00 00 00";
  EXPECT_EQ(decoded("cmp", joined({one1, one2, data})),
            "kind=comparison register=1 operator=unequal value=02");
  EXPECT_EQ(decoded("cmp", joined({one1, "08 00 02 00 00 00 00 04 ", data})),
            "kind=other name=cmp");
  EXPECT_EQ(decoded("cmp", joined({one1, one2, value})), "kind=other name=cmp");
}

TEST(DecodeNftExpressions, readsVerdictsOfTheVerdictRegister) {
  const std::string zero = "08 00 01 00 00 00 00 00 ";
  const std::string_view accept = "10 00 02 80 0c 00 02 80 08 00 01 00 00 00 00 01";
  EXPECT_EQ(decoded("immediate", joined({zero, accept})), "kind=verdict verdict=accept");
  EXPECT_EQ(decoded("immediate", joined({one1, accept})), "kind=other name=immediate");
  EXPECT_EQ(decoded("immediate", accept), "kind=other name=immediate");
  EXPECT_EQ(decoded("immediate", zero), "kind=other name=immediate");
  EXPECT_EQ(decoded("immediate", joined({zero, "10 00 02 80 0c 00 02 80 08 00 01 00 00 00 00 03"})),
            "kind=other name=immediate")
      << "NF_QUEUE";
}

TEST(DecodeNftExpressions, doesNotTellWhatACounterCounted) {
  EXPECT_EQ(decoded("counter", "0c 00 01 00 00 00 00 00 00 00 00 07"), "kind=counter");
}

TEST(DecodeNftExpressions, namesWhatItDoesNotKnow) {
  EXPECT_EQ(decoded("teleport", one1), "kind=other name=teleport");
  EXPECT_EQ(decoded("", ""), "kind=other name=");
  EXPECT_TRUE(decodeNftExpressions({}).empty());
}

TEST(EncodeNftExpressions, refusesKindsThatCannotBeAdded) {
  MessageWriter writer(0, 0);
  const auto refusal = [&](const Properties& expression) {
    return errorOf([&] { encodeNftExpressions({expression}, writer, attempt); });
  };
  EXPECT_EQ(refusal(propertiesOf({{"kind", "other"}, {"name", "limit"}})).error(), EINVAL);
  EXPECT_EQ(refusal(propertiesOf({{"kind", "other"}})).detail(),
            "an expression of the kind other cannot be added");
  EXPECT_EQ(refusal(Properties()).error(), EINVAL);
}

TEST(EncodeNftExpressions, namesThePropertyThatIsWrong) {
  MessageWriter writer(0, 0);
  const auto detail = [&](const Properties& expression) {
    return errorOf([&] { encodeNftExpressions({expression}, writer, attempt); }).detail();
  };
  EXPECT_EQ(detail(propertiesOf({{"kind", "meta"}, {"key", "mark"}})),
            "property key has no value mark");
  EXPECT_EQ(detail(propertiesOf({{"kind", "verdict"}, {"verdict", "queue"}})),
            "property verdict has no value queue");
  EXPECT_EQ(detail(propertiesOf({{"kind", "bitwise"}, {"mask", "f"}})),
            "property mask is no hexadecimal text: f");
}

}  // namespace

}  // namespace netwright::test
