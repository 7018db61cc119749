#include "core/nftables.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "wire.h"

namespace netwright::test {

namespace {

const Properties table = propertiesOf({{"family", "inet"}, {"table", "t"}});
const Properties chain = propertiesOf({{"family", "inet"}, {"table", "t"}, {"chain", "c"}});

Wire::Kernel refusing(int error) {
  return [error](Bytes request) -> std::vector<Answer> { return {{acknowledge(request, error)}}; };
}

Wire::Kernel listing(const std::string& name) {
  return [name](Bytes request) -> std::vector<Answer> {
    return {{answerTo(request, fixture(name))}, {done(request)}};
  };
}

// The error of one change that is not sent.
SystemError errorOfChange(const Properties& change) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  return errorOf([&] { changeNftables(space, {change}); });
}

Properties changeOf(const char* operation, std::vector<Given> given) {
  Properties change = propertiesOf({{"operation", operation}});
  for (Given& each : given) change.set(each.name, std::move(each.value));
  return change;
}

TEST(ChangeNftables, asksForNothingWithoutAName) {
  // To the kernel these are all tables, all chains, all rules.
  EXPECT_EQ(errorOfChange(changeOf("removeTable", {{"family", "inet"}})).detail(),
            "property table is missing");
  for (const char* operation : {"flushChain", "removeChain", "addChain", "addRule"}) {
    EXPECT_EQ(errorOfChange(changeOf(operation, {{"family", "inet"}, {"table", "t"}})).detail(),
              "property chain is missing");
  }
  const auto rule = changeOf("removeRule", {{"family", "inet"}, {"table", "t"}, {"chain", "c"}});
  EXPECT_EQ(errorOfChange(rule).detail(), "property handle is missing");
}

TEST(ChangeNftables, namesThePropertyWithoutSuchAValue) {
  EXPECT_EQ(errorOfChange(changeOf("renameTable", {{"family", "inet"}})).detail(),
            "property operation has no value renameTable");
  EXPECT_EQ(errorOfChange(changeOf("addTable", {{"family", "arp"}, {"table", "t"}})).detail(),
            "property family has no value arp");
  const auto hook = propertiesOf({{"type", "filter"}, {"hook", "ingress"}, {"priority", 0}});
  EXPECT_EQ(
      errorOfChange(changeOf("addChain",
                             {{"family", "inet"}, {"table", "t"}, {"chain", "c"}, {"hook", hook}}))
          .detail(),
      "property hook has no value ingress");
}

TEST(ChangeNftables, refusesARuleThatFitsNoMessage) {
  Properties rule = changeOf("addRule", {{"family", "inet"}, {"table", "t"}, {"chain", "c"}});
  rule.set("expressions", Properties::List(500, propertiesOf({{"kind", "counter"}})));
  const SystemError error = errorOfChange(rule);
  EXPECT_EQ(error.error(), EMSGSIZE);
  EXPECT_EQ(error.operation(), "add rule");
}

TEST(Nftables, saysThatTheKernelHasNone) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const auto change = changeOf("addTable", {{"family", "inet"}, {"table", "t"}});
  {
    const Wire wire(refusing(EOPNOTSUPP));
    EXPECT_EQ(std::string(errorOf([&] { changeNftables(space, {change}); }).what()),
              "change nf_tables in " + space.file().path() +
                  ": EOPNOTSUPP operation not supported — the kernel has no nf_tables");
  }
  const Wire wire(refusing(EINVAL));
  EXPECT_EQ(std::string(errorOf([&] { (void)findNftChain(space, chain); }).what()),
            "look up chain c of table inet t in " + space.file().path() +
                ": EINVAL invalid argument — the kernel has no nf_tables");
  EXPECT_EQ(errorOf([&] { (void)listNftChains(space, table); }).detail(),
            "the kernel has no nf_tables");
  EXPECT_EQ(errorOf([&] { (void)listNftRules(space, chain); }).object(),
            "of chain c of table inet t in " + space.file().path());
}

TEST(Nftables, passesOnWhatElseTheKernelRefuses) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(refusing(EPERM));
  const auto change = changeOf("addTable", {{"family", "inet"}, {"table", "t"}});
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { changeNftables(space, {change}); }, [&] { (void)findNftChain(space, chain); },
           [&] { (void)listNftChains(space, table); }, [&] { (void)listNftRules(space, chain); }}) {
    EXPECT_EQ(errorOf(call).error(), EPERM);
    EXPECT_EQ(errorOf(call).detail(), "");
  }
}

TEST(Nftables, takesAbsenceForAnAnswer) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  const Wire wire(refusing(ENOENT));
  EXPECT_FALSE(findNftChain(space, chain));
  EXPECT_TRUE(listNftChains(space, table).empty());
  EXPECT_TRUE(listNftRules(space, chain).empty());
}

TEST(Nftables, listsWhatIsOfTheTableAndTheChain) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  {
    const Wire wire(listing("reply-nft-chains"));
    EXPECT_EQ(listNftChains(space, table).size(), 3);
  }
  const Wire wire(listing("reply-nft-rules"));
  EXPECT_EQ(listNftRules(space, chain).size(), 4);
  EXPECT_TRUE(listNftRules(space, propertiesOf({{"family", "ip"}, {"table", "t"}, {"chain", "c"}}))
                  .empty());
}

TEST(Nftables, forgetsWhatAnInterruptedReadingHeard) {
  requireSandbox();
  Namespace space(NamespaceFile::current());
  {
    const Wire wire(interruptedOnce(fixture("reply-nft-rules")));
    EXPECT_EQ(listNftRules(space, chain).size(), 4);
  }
  const Wire wire(interruptedOnce(fixture("reply-nft-chains")));
  EXPECT_EQ(listNftChains(space, table).size(), 3);
}

TEST(Nftables, opensItsSocketWhenItIsFirstNeeded) {
  const Pod pod;
  Namespace space(NamespaceFile::open(pod.file().path()));
  const size_t before = openDescriptors();
  EXPECT_TRUE(listNftChains(space, table).empty());
  changeNftables(space, {});
  EXPECT_EQ(openDescriptors(), before + 1);
}

TEST(Nftables, changesTheNamespaceItIsAskedTo) {
  Pod pod;
  const Pod other;
  changeNftables(pod.space(), {changeOf("addTable", {{"family", "inet"}, {"table", "t"}})});
  EXPECT_EQ(pod.run("nft list tables"), "table inet t\n");
  EXPECT_EQ(other.run("nft list tables"), "");
}

}  // namespace

}  // namespace netwright::test
