#include "nft-message.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <string>

#include "attribute-codec.h"
#include "nft-expression.h"

namespace netwright {

namespace {

constexpr std::array families = {
    NamedNumber{"inet", NFPROTO_INET},
    NamedNumber{"ip", NFPROTO_IPV4},
    NamedNumber{"ip6", NFPROTO_IPV6},
    NamedNumber{"bridge", NFPROTO_BRIDGE},
};

// NF_INET_*; those of the family bridge, NF_BR_*, are the same numbers.
constexpr std::array hooks = {
    NamedNumber{"prerouting", NF_INET_PRE_ROUTING},   NamedNumber{"input", NF_INET_LOCAL_IN},
    NamedNumber{"forward", NF_INET_FORWARD},          NamedNumber{"output", NF_INET_LOCAL_OUT},
    NamedNumber{"postrouting", NF_INET_POST_ROUTING},
};

constexpr std::array policies = {
    NamedNumber{"accept", NF_ACCEPT},
    NamedNumber{"drop", NF_DROP},
};

constexpr std::array keyTable = {
    AttributeRow{"family", inHeader, Wire::text},  AttributeRow{"table", inHeader, Wire::text},
    AttributeRow{"chain", inHeader, Wire::text},   AttributeRow{"handle", inHeader, Wire::be64},
    AttributeRow{"comment", inHeader, Wire::text},
};

constexpr std::array tableTable = {
    AttributeRow{"table", NFTA_TABLE_NAME, Wire::text},
    // Kernels before 5.10 ignore it.
    AttributeRow{"comment", NFTA_TABLE_USERDATA, Wire::nftComment},
};

constexpr std::array chainTable = {
    AttributeRow{"table", NFTA_CHAIN_TABLE, Wire::text},
    AttributeRow{"chain", NFTA_CHAIN_NAME, Wire::text},
    // Kernels before 5.10 ignore it.
    AttributeRow{"comment", NFTA_CHAIN_USERDATA, Wire::nftComment},
};

constexpr std::array ruleTable = {
    AttributeRow{"table", NFTA_RULE_TABLE, Wire::text},
    AttributeRow{"chain", NFTA_RULE_CHAIN, Wire::text},
    AttributeRow{"handle", NFTA_RULE_HANDLE, Wire::be64},
    AttributeRow{"comment", NFTA_RULE_USERDATA, Wire::nftComment},
};

// A base chain: part of it is in the nest NFTA_CHAIN_HOOK, part beside it.
constexpr std::array hookTable = {
    AttributeRow{"type", NFTA_CHAIN_TYPE, Wire::text},
    AttributeRow{"policy", NFTA_CHAIN_POLICY, Wire::nameBe32, policies},
    AttributeRow{"hook", inHeader, Wire::text},
    AttributeRow{"priority", inHeader, Wire::signedBe32},
};
constexpr std::array hookNest = {
    AttributeRow{"hook", NFTA_HOOK_HOOKNUM, Wire::nameBe32, hooks},
    AttributeRow{"priority", NFTA_HOOK_PRIORITY, Wire::signedBe32},
};

static_assert(hasNoDuplicates(keyTable) && hasNoDuplicates(tableTable) &&
              hasNoDuplicates(chainTable) && hasNoDuplicates(ruleTable) &&
              hasNoDuplicates(hookTable) && hasNoDuplicates(hookNest));

// The family's name, or nothing when it is none of ours or the message is cut short.
std::optional<Properties> decodeFamily(Bytes payload) {
  const auto header = readStructure<nfgenmsg>(payload);
  const NamedNumber* family = header ? findName(families, header->nfgen_family) : nullptr;
  if (family == nullptr) return std::nullopt;
  Properties object;
  object.set("family", std::string(family->name));
  return object;
}

void decodeHookAttribute(const Attribute& attribute, Properties& hook) {
  decodeAttribute(hookTable, attribute, hook);
  if (attribute.type == NFTA_CHAIN_HOOK) decodeAttributes(hookNest, attribute.payload, hook);
}

// Whether all of it is there: there are types and hooks that have no name here.
bool isWholeHook(const Properties& hook) {
  const std::string_view type = hook.text("type");
  return (type == "filter" || type == "nat") && hook.has("hook") && hook.has("priority");
}

}  // namespace

AttributeTable nftKeyTable() {
  return keyTable;
}

AttributeTable nftHookTable() {
  return hookTable;
}

uint16_t nftMessageType(uint16_t message) {
  return static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8U | message);
}

void encodeNftFamily(const Properties& key, MessageWriter& writer, const Attempt& attempt) {
  const NamedNumber* family = findNumber(families, key.text("family"));
  if (family == nullptr) {
    fail(attempt, EINVAL, "property family has no value " + std::string(key.text("family")));
  }
  nfgenmsg header{};
  header.nfgen_family = static_cast<uint8_t>(family->number);
  header.version = NFNETLINK_V0;
  writer.header(header);
}

void encodeNftTable(const Properties& table, MessageWriter& writer, const Attempt& attempt) {
  encodeAttributes(tableTable, table, writer, attempt);
}

void encodeNftChain(const Properties& chain, MessageWriter& writer, const Attempt& attempt) {
  encodeAttributes(chainTable, chain, writer, attempt);
  const auto* value = chain.find("hook");
  const auto* hook = value == nullptr ? nullptr : std::get_if<Properties>(value);
  if (hook == nullptr) return;
  encodeAttributes(hookTable, *hook, writer, attempt);
  const MessageWriter::Nest nest(writer, NFTA_CHAIN_HOOK);
  encodeAttributes(hookNest, *hook, writer, attempt);
}

void encodeNftRule(const Properties& rule, MessageWriter& writer, const Attempt& attempt) {
  encodeAttributes(ruleTable, rule, writer, attempt);
  const auto* value = rule.find("expressions");
  const auto* list = value == nullptr ? nullptr : std::get_if<Properties::List>(value);
  if (list != nullptr) encodeNftExpressions(*list, writer, attempt);
}

std::optional<Properties> decodeNftChain(Bytes payload) {
  auto chain = decodeFamily(payload);
  if (!chain) return std::nullopt;
  Properties hook;
  AttributeReader reader(afterStructure<nfgenmsg>(payload));
  while (const auto attribute = reader.next()) {
    decodeAttribute(chainTable, *attribute, *chain);
    decodeHookAttribute(*attribute, hook);
  }
  if (!chain->has("table") || !chain->has("chain")) return std::nullopt;
  if (isWholeHook(hook)) chain->set("hook", std::move(hook));
  return chain;
}

std::optional<Properties> decodeNftRule(Bytes payload, std::string_view commentPrefix) {
  auto rule = decodeFamily(payload);
  if (!rule) return std::nullopt;
  Bytes expressions;
  AttributeReader reader(afterStructure<nfgenmsg>(payload));
  while (const auto attribute = reader.next()) {
    decodeAttribute(ruleTable, *attribute, *rule);
    if (attribute->type == NFTA_RULE_EXPRESSIONS) expressions = attribute->payload;
  }
  if (!rule->has("table") || !rule->has("chain") || !rule->has("handle")) return std::nullopt;
  if (!rule->text("comment").starts_with(commentPrefix)) return std::nullopt;
  rule->set("expressions", decodeNftExpressions(expressions));
  return rule;
}

}  // namespace netwright
