#include "nft-change.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include <array>
#include <string_view>

#include "nft-message.h"

namespace netwright {

namespace {

// What a step is about, and so which properties it must have.
enum class About : uint8_t { table, chain, newRule, rule };

struct Operation {
  std::string_view name;
  std::string_view words;
  About about;
  uint16_t message;
  uint16_t flags;
};

constexpr std::array operations = {
    Operation{"addTable", "add table", About::table, NFT_MSG_NEWTABLE, NLM_F_CREATE},
    Operation{"removeTable", "remove table", About::table, NFT_MSG_DELTABLE, 0},
    Operation{"addChain", "add chain", About::chain, NFT_MSG_NEWCHAIN, NLM_F_CREATE},
    // A rule without a handle is every rule of its chain.
    Operation{"flushChain", "flush chain", About::chain, NFT_MSG_DELRULE, 0},
    Operation{"removeChain", "remove chain", About::chain, NFT_MSG_DELCHAIN, 0},
    Operation{"addRule", "add rule", About::newRule, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND},
    Operation{"removeRule", "remove rule", About::rule, NFT_MSG_DELRULE, 0},
};

const Operation* findOperation(const Properties& change) {
  for (const Operation& operation : operations) {
    if (operation.name == change.text("operation")) return &operation;
  }
  return nullptr;
}

std::string describeTable(const Properties& change) {
  return std::string(change.text("family")) + ' ' + std::string(change.text("table"));
}

std::string describeChain(const Properties& change) {
  return std::string(change.text("chain")) + " of table " + describeTable(change);
}

// Where a rule leads: a chain that is not there is why the kernel refuses most rules.
std::string describeTarget(const Properties& rule) {
  const auto* value = rule.find("expressions");
  const auto* list = value == nullptr ? nullptr : std::get_if<Properties::List>(value);
  if (list == nullptr) return {};
  for (const Properties& expression : *list) {
    if (expression.text("kind") != "verdict" || !expression.has("chain")) continue;
    return ", a " + std::string(expression.text("verdict")) + " to chain " +
           std::string(expression.text("chain"));
  }
  return {};
}

std::string describe(About about, const Properties& change) {
  switch (about) {
    case About::table:
      return describeTable(change);
    case About::chain:
      return describeChain(change);
    case About::newRule:
      return "to chain " + describeChain(change) + describeTarget(change);
    case About::rule:
      return std::to_string(change.number("handle")) + " of chain " + describeChain(change);
  }
  return {};
}

void require(const Properties& change, std::string_view property, const Attempt& attempt) {
  if (change.has(property)) return;
  fail(attempt, EINVAL, "property " + std::string(property) + " is missing");
}

void requireKey(About about, const Properties& change, const Attempt& attempt) {
  require(change, "table", attempt);
  if (about != About::table) require(change, "chain", attempt);
  if (about == About::rule) require(change, "handle", attempt);
}

void encode(uint16_t message, const Properties& change, MessageWriter& writer,
            const Attempt& attempt) {
  encodeNftFamily(change, writer, attempt);
  switch (message) {
    case NFT_MSG_NEWTABLE:
    case NFT_MSG_DELTABLE:
      return encodeNftTable(change, writer, attempt);
    case NFT_MSG_NEWCHAIN:
    case NFT_MSG_DELCHAIN:
      return encodeNftChain(change, writer, attempt);
    default:
      return encodeNftRule(change, writer, attempt);
  }
}

}  // namespace

Attempt describeNftChange(const Properties& change, const std::string& place) {
  const Operation* operation = findOperation(change);
  if (operation == nullptr) {
    fail({"change", "nf_tables in " + place}, EINVAL,
         "property operation has no value " + std::string(change.text("operation")));
  }
  return {operation->words, describe(operation->about, change) + " in " + place};
}

MessageWriter encodeNftChange(const Properties& change, const Attempt& attempt) {
  const Operation* operation = findOperation(change);
  if (operation == nullptr) fail(attempt, EINVAL, "there is no such operation");
  requireKey(operation->about, change, attempt);
  const auto flags = static_cast<uint16_t>(NLM_F_REQUEST | operation->flags);
  MessageWriter writer(nftMessageType(operation->message), flags);
  encode(operation->message, change, writer, attempt);
  return writer;
}

}  // namespace netwright
