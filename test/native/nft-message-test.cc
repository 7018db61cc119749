// nf_tables messages beside those that nft(8) was recorded sending and receiving.

#include "core/nft-message.h"
#include "damage.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include "core/nftables.h"
#include "recorded.h"
#include "wire.h"

namespace netwright::test {

namespace {

const Shape nftShape{sizeof(nfgenmsg)};

// The messages of a batch without its beginning and end.
std::vector<Datagram> messagesOf(Bytes batch) {
  std::vector<Datagram> messages;
  MessageReader reader(batch);
  size_t offset = 0;
  while (const auto message = reader.next()) {
    const Bytes whole = batch.subspan(offset, message->header.nlmsg_len);
    offset += NLMSG_ALIGN(message->header.nlmsg_len);
    messages.emplace_back(whole.begin(), whole.end());
  }
  return {messages.begin() + 1, messages.end() - 1};
}

// The only message of the batch that a change becomes.
Datagram messageOf(const Properties& change) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire([](Bytes request) -> std::vector<Answer> {
    Datagram answer = acknowledge(request, 0);
    answer.at(offsetof(nlmsghdr, nlmsg_seq)) = std::byte{2};
    return {{answer}};
  });
  changeNftables(space, {change});
  return messagesOf(wire.sent().at(0)).at(0);
}

Datagram recordedMessage(const std::string& name) {
  return messagesOf(fixture(name)).at(0);
}

// Expects what nft sends, but for asking for an acknowledgement.
void expectAsNft(const Properties& change, const std::string& name) {
  const Datagram message = messageOf(change);
  const Datagram recorded = recordedMessage(name);
  EXPECT_EQ(bodyOf(message, nftShape), bodyOf(recorded, nftShape));
  const auto header = *readStructure<nlmsghdr>(message);
  const auto recordedHeader = *readStructure<nlmsghdr>(recorded);
  EXPECT_EQ(header.nlmsg_type, recordedHeader.nlmsg_type);
  EXPECT_EQ(header.nlmsg_flags, recordedHeader.nlmsg_flags | NLM_F_ACK);
}

Properties changeOf(const char* operation, std::vector<Given> given) {
  Properties change = propertiesOf({{"operation", operation}, {"family", "inet"}, {"table", "t"}});
  for (Given& each : given) change.set(each.name, std::move(each.value));
  return change;
}

Properties meta(const char* key) {
  return propertiesOf({{"kind", "meta"}, {"key", key}, {"register", 1}});
}

Properties comparison(const char* comparator, const char* value) {
  return propertiesOf(
      {{"kind", "comparison"}, {"operator", comparator}, {"register", 1}, {"value", value}});
}

Properties payload(int offset, int length) {
  return propertiesOf({{"kind", "payload"},
                       {"base", "network"},
                       {"offset", offset},
                       {"length", length},
                       {"register", 1}});
}

Properties verdict(const char* name) {
  return propertiesOf({{"kind", "verdict"}, {"verdict", name}});
}

Properties ruleOf(const char* chain, Properties::List expressions) {
  Properties rule = changeOf("addRule", {{"chain", chain}});
  rule.set("expressions", std::move(expressions));
  return rule;
}

TEST(NftMessage, addsATableAsNftDoesButCreatesIt) {
  const auto message = messageOf(changeOf("addTable", {{"comment", "why it is here"}}));
  auto expected = bodyOf(recordedMessage("nft-add-table"), nftShape);
  EXPECT_EQ(std::erase(expected, "2: 00 00 00 00"), 1) << "NFTA_TABLE_FLAGS: none";
  EXPECT_EQ(bodyOf(message, nftShape), expected);
  EXPECT_EQ(readStructure<nlmsghdr>(message)->nlmsg_flags,
            NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK);
}

TEST(NftMessage, addsAChainAsNftDoes) {
  expectAsNft(changeOf("addChain", {{"chain", "c"}, {"comment", "checks"}}), "nft-add-chain");
}

TEST(NftMessage, addsABaseChainAsNftDoes) {
  const auto hook = propertiesOf(
      {{"type", "nat"}, {"hook", "postrouting"}, {"priority", 100}, {"policy", "accept"}});
  expectAsNft(changeOf("addChain", {{"chain", "p"}, {"hook", hook}}), "nft-add-base-chain");
}

TEST(NftMessage, addsABaseChainOfBridgesAsNftDoes) {
  const auto hook = propertiesOf(
      {{"type", "filter"}, {"hook", "forward"}, {"priority", -200}, {"policy", "drop"}});
  expectAsNft(propertiesOf({{"operation", "addChain"},
                            {"family", "bridge"},
                            {"table", "b"},
                            {"chain", "f"},
                            {"hook", hook}}),
              "nft-add-bridge-chain");
}

TEST(NftMessage, addsARuleThatMasqueradesAsNftDoes) {
  auto rule =
      ruleOf("p", {meta("nfproto"), comparison("equal", "02"), payload(12, 4),
                   comparison("equal", "0a010203"), payload(16, 3), comparison("unequal", "0a0102"),
                   propertiesOf({{"kind", "masquerade"}})});
  rule.set("comment", std::string("x"));
  expectAsNft(rule, "nft-add-rule-masquerade");
}

TEST(NftMessage, addsARuleThatJumpsAsNftDoes) {
  auto jump = verdict("jump");
  jump.set("chain", std::string("c"));
  const auto bitwise = propertiesOf(
      {{"kind", "bitwise"}, {"register", 1}, {"mask", "fffff000000000000000000000000000"}});
  const auto rule = ruleOf("p", {meta("nfproto"), comparison("equal", "0a"), payload(8, 16),
                                 bitwise, comparison("equal", "fd000000000000000000000000000000"),
                                 propertiesOf({{"kind", "counter"}}), jump});
  expectAsNft(rule, "nft-add-rule-jump");
}

TEST(NftMessage, addsARuleThatDropsAsNftDoes) {
  expectAsNft(ruleOf("c", {meta("oifname"), comparison("equal", "65746830000000000000000000000000"),
                           verdict("drop")}),
              "nft-add-rule-drop");
}

TEST(NftMessage, removesAndFlushesAsNftDoes) {
  expectAsNft(changeOf("removeRule", {{"chain", "p"}, {"handle", 4}}), "nft-delete-rule");
  expectAsNft(changeOf("flushChain", {{"chain", "c"}}), "nft-flush-chain");
  expectAsNft(changeOf("removeChain", {{"chain", "c"}}), "nft-delete-chain");
  expectAsNft(changeOf("removeTable", {}), "nft-delete-table");
}

// All rules, whatever their comments.
std::optional<Properties> decodeRule(Bytes payload) {
  return decodeNftRule(payload);
}

template <typename Decode>
std::vector<std::string> shownOf(const Datagram& messages, Decode decode) {
  std::vector<std::string> lines;
  MessageReader reader(messages);
  while (const auto message = reader.next()) {
    const auto decoded = decode(message->payload);
    lines.push_back(decoded ? show(*decoded) : "nothing");
  }
  return lines;
}

TEST(DecodeNftChain, readsWhatTheKernelSays) {
  EXPECT_EQ(shownOf(fixture("reply-nft-chains"), decodeNftChain),
            (std::vector<std::string>{
                "family=inet table=t chain=c comment=checks",
                "family=inet table=t chain=p "
                "hook={hook=postrouting priority=100 policy=accept type=nat}",
                "family=inet table=t chain=d",
                "family=bridge table=b chain=f "
                "hook={hook=forward priority=-200 policy=drop type=filter}",
            }));
}

TEST(DecodeNftRule, readsWhatTheKernelSays) {
  const auto rules = shownOf(fixture("reply-nft-rules"), decodeRule);
  ASSERT_EQ(rules.size(), 6);
  EXPECT_EQ(rules.at(0),
            "family=inet table=t chain=c handle=5 expressions=[kind=meta key=oifname register=1]"
            "[kind=comparison register=1 operator=equal value=65746830000000000000000000000000]"
            "[kind=verdict verdict=drop]");
  EXPECT_EQ(rules.at(4),
            "family=inet table=t chain=p handle=3 comment=x expressions="
            "[kind=meta key=nfproto register=1]"
            "[kind=comparison register=1 operator=equal value=02]"
            "[kind=payload register=1 base=network offset=12 length=4]"
            "[kind=comparison register=1 operator=equal value=0a010203]"
            "[kind=payload register=1 base=network offset=16 length=3]"
            "[kind=comparison register=1 operator=unequal value=0a0102][kind=masquerade]");
}

TEST(DecodeNftRule, knowsNothingOfRulesWhoseCommentsBeginOtherwise) {
  const auto count = [](std::string_view prefix) {
    const auto decode = [&](Bytes payload) { return decodeNftRule(payload, prefix); };
    const auto rules = shownOf(fixture("reply-nft-rules"), decode);
    return rules.size() - static_cast<size_t>(std::ranges::count(rules, "nothing"));
  };
  EXPECT_EQ(count(""), 6);
  EXPECT_EQ(count("x"), 1);
  EXPECT_EQ(count("xy"), 0);
}

TEST(DecodeNft, knowsNothingOfMessagesCutShort) {
  const Datagram header = bytesOf("01 00 00 00");
  EXPECT_FALSE(decodeNftChain(Bytes(header).first(3)));
  EXPECT_FALSE(decodeNftRule(Bytes(header).first(3)));
  EXPECT_FALSE(decodeNftChain(header));
  EXPECT_FALSE(decodeNftRule(header));
}

TEST(DecodeNft, knowsNothingOfOtherFamilies) {
  const Datagram recorded = fixture("reply-nft-chains");
  MessageReader reader(recorded);
  const Bytes chain = reader.next()->payload;
  Datagram arp(chain.begin(), chain.end());
  arp.at(0) = std::byte{NFPROTO_ARP};
  EXPECT_TRUE(decodeNftChain(chain));
  EXPECT_FALSE(decodeNftChain(arp));
}

TEST(DecodeNft, staysInsideDamagedMessages) {
  for (const char* name : {"reply-nft-chains", "reply-nft-rules"}) {
    const Datagram recorded = fixture(name);
    MessageReader reader(recorded);
    while (const auto message = reader.next()) {
      forEachDamaged(message->payload, [](const Datagram& damaged) {
        (void)decodeNftChain(damaged);
        (void)decodeNftRule(damaged);
      });
    }
  }
}

}  // namespace

}  // namespace netwright::test
