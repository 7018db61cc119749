#include "core/attribute-codec.h"

#include <array>

#include "lab.h"

namespace netwright::test {

namespace {

constexpr std::array modes = {NamedNumber{"private", 1}, NamedNumber{"bridge", 4}};

constexpr std::array table = {
    AttributeRow{"inFront", inHeader, Wire::u32},
    AttributeRow{"flag", 1, Wire::flag8},
    AttributeRow{"byte", 2, Wire::u8},
    AttributeRow{"half", 3, Wire::u16},
    AttributeRow{"word", 4, Wire::u32},
    AttributeRow{"shortName", 5, Wire::name8, modes},
    AttributeRow{"mode", 6, Wire::name32, modes},
    AttributeRow{"text", 7, Wire::text},
    AttributeRow{"mac", 8, Wire::mac},
    AttributeRow{"ip", 9, Wire::ip},
    AttributeRow{"wordBe", 10, Wire::be32},
    AttributeRow{"longBe", 11, Wire::be64},
    AttributeRow{"signedBe", 12, Wire::signedBe32},
    AttributeRow{"modeBe", 13, Wire::nameBe32, modes},
    AttributeRow{"data", 14, Wire::nftData},
    AttributeRow{"comment", 15, Wire::nftComment},
    AttributeRow{"halfName", 16, Wire::name16, modes},
};

std::string encoded(std::vector<Given> given) {
  MessageWriter writer(0, 0);
  encodeAttributes(table, propertiesOf(std::move(given)), writer, attempt);
  return hexOf(writer.finish(0).subspan(sizeof(nlmsghdr)));
}

std::string decoded(std::string_view hex) {
  Properties properties;
  decodeAttributes(table, bytesOf(hex), properties);
  return show(properties);
}

std::string refusal(Given given) {
  return errorOf([&] { (void)encoded({given}); }).what();
}

struct BothWays {
  Given given;
  const char* shown;
  const char* hex;
};

class Codec : public testing::TestWithParam<BothWays> {};

TEST_P(Codec, encodesAndDecodesEveryWireType) {
  EXPECT_EQ(encoded({GetParam().given}), GetParam().hex);
  EXPECT_EQ(decoded(GetParam().hex), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    wireTypes, Codec,
    testing::Values(
        BothWays{{"flag", true}, "flag=yes", "05 00 01 00 01 00 00 00"},
        BothWays{{"flag", false}, "flag=no", "05 00 01 00 00 00 00 00"},
        BothWays{{"byte", 255}, "byte=255", "05 00 02 00 ff 00 00 00"},
        BothWays{{"half", 65535}, "half=65535", "06 00 03 00 ff ff 00 00"},
        BothWays{{"word", int64_t{4294967295}}, "word=4294967295", "08 00 04 00 ff ff ff ff"},
        BothWays{{"word", 0}, "word=0", "08 00 04 00 00 00 00 00"},
        BothWays{{"shortName", "bridge"}, "shortName=bridge", "05 00 05 00 04 00 00 00"},
        BothWays{{"halfName", "bridge"}, "halfName=bridge", "06 00 10 00 04 00 00 00"},
        BothWays{{"mode", "private"}, "mode=private", "08 00 06 00 01 00 00 00"},
        BothWays{{"text", "eth0"}, "text=eth0", "09 00 07 00 65 74 68 30 00 00 00 00"},
        BothWays{{"text", ""}, "text=", "05 00 07 00 00 00 00 00"},
        BothWays{{"mac", "02:00:00:00:00:1f"},
                 "mac=02:00:00:00:00:1f",
                 "0a 00 08 00 02 00 00 00 00 1f 00 00"},
        BothWays{{"ip", "10.1.2.3"}, "ip=10.1.2.3", "08 00 09 00 0a 01 02 03"},
        BothWays{{"ip", "fd00::3"},
                 "ip=fd00::3",
                 "14 00 09 00 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03"},
        BothWays{{"wordBe", 258}, "wordBe=258", "08 00 0a 00 00 00 01 02"},
        BothWays{{"wordBe", int64_t{4294967295}}, "wordBe=4294967295", "08 00 0a 00 ff ff ff ff"},
        BothWays{{"longBe", int64_t{1} << 40},
                 "longBe=1099511627776",
                 "0c 00 0b 00 00 00 01 00 00 00 00 00"},
        BothWays{{"signedBe", -300}, "signedBe=-300", "08 00 0c 00 ff ff fe d4"},
        BothWays{{"signedBe", 100}, "signedBe=100", "08 00 0c 00 00 00 00 64"},
        BothWays{{"modeBe", "bridge"}, "modeBe=bridge", "08 00 0d 00 00 00 00 04"},
        BothWays{{"data", "0a01ff"}, "data=0a01ff", "0c 00 0e 80 07 00 01 00 0a 01 ff 00"},
        BothWays{{"comment", "why"}, "comment=why", "0a 00 0f 00 00 04 77 68 79 00 00 00"},
        BothWays{{"comment", ""}, "comment=", "07 00 0f 00 00 01 00 00"}),
    [](const auto& each) { return "case" + std::to_string(each.index); });

TEST(EncodeAttributes, writesWhatIsThereInTheOrderOfTheTable) {
  EXPECT_EQ(encoded({{"mac", "02:00:00:00:00:01"}, {"byte", 1}}),
            "05 00 02 00 01 00 00 00 0a 00 08 00 02 00 00 00 00 01 00 00");
}

TEST(EncodeAttributes, leavesOutWhatTheHeaderCarriesAndWhatTheTableLacks) {
  EXPECT_EQ(encoded({{"inFront", 1}, {"stranger", 2}}), "");
}

TEST(EncodeAttributes, refusesNumbersThatDoNotFit) {
  EXPECT_EQ(refusal({"byte", 256}),
            "try something: ERANGE numerical result out of range — property byte is 256, not from "
            "0 to 255");
  EXPECT_EQ(errorOf([] { (void)encoded({{"byte", -1}}); }).error(), ERANGE);
  EXPECT_EQ(errorOf([] { (void)encoded({{"half", 65536}}); }).error(), ERANGE);
  EXPECT_EQ(errorOf([] { (void)encoded({{"word", int64_t{1} << 32}}); }).error(), ERANGE);
  EXPECT_EQ(errorOf([] { (void)encoded({{"word", INT64_MIN}}); }).error(), ERANGE);
  EXPECT_EQ(errorOf([] { (void)encoded({{"wordBe", int64_t{1} << 32}}); }).error(), ERANGE);
  EXPECT_EQ(refusal({"longBe", -1}),
            "try something: ERANGE numerical result out of range — property longBe is negative");
  EXPECT_EQ(refusal({"signedBe", int64_t{1} << 31}),
            "try something: ERANGE numerical result out of range — property signedBe is "
            "2147483648, not of 32 bits");
  EXPECT_EQ(errorOf([] {
              (void)encoded({{"signedBe", -(int64_t{1} << 31) - 1}});
            }).error(),
            ERANGE);
}

TEST(EncodeAttributes, refusesNamesItDoesNotKnow) {
  EXPECT_EQ(refusal({"mode", "vepa"}),
            "try something: EINVAL invalid argument — property mode has no value vepa");
  EXPECT_EQ(refusal({"shortName", ""}),
            "try something: EINVAL invalid argument — property shortName has no value ");
}

TEST(EncodeAttributes, refusesTextsThatAreNoHexadecimalBytes) {
  for (const char* text : {"0", "0G", "0A", "0a ", "é"}) {
    EXPECT_EQ(errorOf([&] {
                (void)encoded({{"data", text}});
              }).detail(),
              "property data is no hexadecimal text: " + std::string(text));
  }
}

TEST(EncodeAttributes, refusesCommentsThatDoNotFit) {
  EXPECT_EQ(encoded({{"comment", std::string(253, 'x')}}).substr(0, 17), "04 01 0f 00 00 fe");
  EXPECT_EQ(errorOf([] { (void)encoded({{"comment", std::string(254, 'x')}}); }).error(), ERANGE);
}

TEST(EncodeAttributes, refusesTextsThatAreNoAddress) {
  EXPECT_EQ(refusal({"mac", "02:00"}),
            "try something: EINVAL invalid argument — property mac is no hardware address: 02:00");
  EXPECT_EQ(refusal({"ip", "10.1"}),
            "try something: EINVAL invalid argument — property ip is no IP address: 10.1");
}

TEST(EncodeAttributes, refusesValuesOfAnotherType) {
  for (const AttributeRow& row : table) {
    if (row.attribute == inHeader) continue;
    EXPECT_EQ(refusal({row.property, Properties()}),
              "try something: EINVAL invalid argument — property " + std::string(row.property) +
                  " is of the wrong type");
  }
}

TEST(DecodeAttributes, leavesOutEverythingOfTheWrongSize) {
  EXPECT_EQ(decoded("04 00 01 00"), "");
  EXPECT_EQ(decoded("06 00 01 00 01 00 00 00"), "");
  EXPECT_EQ(decoded("06 00 02 00 01 00 00 00"), "");
  EXPECT_EQ(decoded("05 00 03 00 01 00 00 00"), "");
  EXPECT_EQ(decoded("06 00 04 00 01 00 00 00"), "");
  EXPECT_EQ(decoded("05 00 06 00 04 00 00 00"), "");
  EXPECT_EQ(decoded("09 00 09 00 0a 01 02 03 04 00 00 00"), "");
  EXPECT_EQ(decoded("06 00 0a 00 00 01 00 00"), "");
  EXPECT_EQ(decoded("08 00 0b 00 00 00 00 01"), "");
  EXPECT_EQ(decoded("05 00 0c 00 01 00 00 00"), "");
  EXPECT_EQ(decoded("05 00 0d 00 04 00 00 00"), "");
}

TEST(DecodeAttributes, leavesOutHardwareAddressesOfAnotherLength) {
  // InfiniBand has 20 bytes.
  EXPECT_EQ(decoded("18 00 08 00 0102030405060708091011121314151617181920"), "");
}

TEST(DecodeAttributes, leavesOutNumbersWithoutAName) {
  EXPECT_EQ(decoded("08 00 06 00 63 00 00 00"), "");
}

TEST(DecodeAttributes, leavesOutAttributesItDoesNotKnow) {
  EXPECT_EQ(decoded("05 00 63 00 01 00 00 00 05 00 02 00 07 00 00 00"), "byte=7");
}

TEST(RequireIp, returnsTheAddress) {
  const auto properties = propertiesOf({{"gateway", "10.1.2.1"}});
  EXPECT_EQ(hexOf(requireIp(properties, "gateway", attempt).bytes()), "0a 01 02 01");
}

TEST(RequireIp, namesThePropertyThatHoldsNone) {
  const SystemError error = errorOf([] {
    (void)requireIp(propertiesOf({{"x", "eth0"}}), "gateway", attempt);
  });
  EXPECT_EQ(error.error(), EINVAL);
  EXPECT_EQ(error.detail(), "property gateway is no IP address: ");
}

TEST(NumberOr, returnsTheNumberOrTheOther) {
  const auto properties = propertiesOf({{"prefixLength", 24}});
  EXPECT_EQ(numberOr<uint8_t>(properties, "prefixLength", 0, attempt), 24);
  EXPECT_EQ(numberOr<uint8_t>(properties, "scope", 7, attempt), 7);
}

TEST(NumberOr, refusesWhatDoesNotFit) {
  const auto properties = propertiesOf({{"prefixLength", 300}, {"scope", "link"}});
  const auto number = [&](std::string_view property) {
    return errorOf([&] { (void)numberOr<uint8_t>(properties, property, 0, attempt); });
  };
  EXPECT_EQ(number("prefixLength").detail(), "property prefixLength is 300, not from 0 to 255");
  EXPECT_EQ(number("scope").detail(), "property scope is of the wrong type");
}

}  // namespace

}  // namespace netwright::test
