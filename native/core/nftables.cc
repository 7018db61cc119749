#include "nftables.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <functional>
#include <string>
#include <utility>

#include "gather.h"
#include "nft-change.h"
#include "nft-message.h"

namespace netwright {

namespace {

std::string describeTable(Namespace& space, const Properties& key) {
  return "table " + std::string(key.text("family")) + ' ' + std::string(key.text("table")) +
         " in " + space.file().path();
}

std::string describeChain(Namespace& space, const Properties& key) {
  return std::string(key.text("chain")) + " of " + describeTable(space, key);
}

// Runs a question. A kernel whose netfilter has no nf_tables finds it invalid (nfnetlink_rcv_msg);
// one that has finds nothing wrong with ours.
template <typename Ask>
auto explained(const Attempt& attempt, Ask ask) {
  try {
    return ask();
  } catch (const SystemError& error) {
    if (error.error() != EINVAL || !error.detail().empty()) throw;
    fail(attempt, EINVAL, "the kernel has no nf_tables");
  }
}

// The same of a transaction (nfnetlink_rcv_batch).
[[noreturn]] void failWhole(const Attempt& attempt, const Verdict& verdict) {
  const bool isMissing = verdict.error == EOPNOTSUPP && verdict.detail.empty();
  fail(attempt, verdict.error, isMissing ? "the kernel has no nf_tables" : verdict.detail);
}

// One of the two lists, and how to ask for it.
struct Listing {
  uint16_t message;
  void (*encode)(const Properties& key, MessageWriter& writer, const Attempt& attempt);
  std::function<std::optional<Properties>(Bytes payload)> decode;
};

// No kernel keeps to the table when it lists chains, not all keep to the chain of rules.
bool isOf(const Properties& found, const Properties& key) {
  return found.text("family") == key.text("family") && found.text("table") == key.text("table") &&
         (!key.has("chain") || found.text("chain") == key.text("chain"));
}

std::vector<Properties> list(Namespace& space, const Properties& key, const Listing& listing,
                             const Attempt& attempt) {
  MessageWriter writer(nftMessageType(listing.message), NLM_F_REQUEST | NLM_F_DUMP);
  encodeNftFamily(key, writer, attempt);
  listing.encode(key, writer, attempt);
  std::vector<Properties> found;
  const auto decode = [&](Bytes payload) {
    auto one = listing.decode(payload);
    return one && isOf(*one, key) ? std::move(one) : std::nullopt;
  };
  const bool isThere = explained(attempt, [&] {
    return space.netfilterSocket().dumpIfThere(writer, ENOENT, attempt, gatherInto(found, decode));
  });
  if (!isThere) found.clear();
  return found;
}

}  // namespace

void changeNftables(Namespace& space, const std::vector<Properties>& changes) {
  if (changes.empty()) return;
  const std::string& place = space.file().path();
  MessageBatch batch(NFNL_SUBSYS_NFTABLES);
  for (const Properties& change : changes) {
    const Attempt attempt = describeNftChange(change, place);
    MessageWriter message = encodeNftChange(change, attempt);
    if (!message.isWhole()) fail(attempt, EMSGSIZE, "the request is too long");
    batch.add(message);
  }
  const Attempt whole{"change", "nf_tables in " + place};
  const auto [verdict, refused] = space.netfilterSocket().tryBatch(batch, whole);
  if (verdict.error == 0) return;
  if (!refused) failWhole(whole, verdict);
  fail(describeNftChange(changes.at(*refused), place), verdict.error, verdict.detail);
}

std::optional<Properties> findNftChain(Namespace& space, const Properties& key) {
  const Attempt attempt{"look up chain", describeChain(space, key)};
  MessageWriter writer(nftMessageType(NFT_MSG_GETCHAIN), NLM_F_REQUEST);
  encodeNftFamily(key, writer, attempt);
  encodeNftChain(key, writer, attempt);
  const auto payload =
      explained(attempt, [&] { return space.netfilterSocket().find(writer, ENOENT, attempt); });
  return payload ? decodeNftChain(*payload) : std::nullopt;
}

std::vector<Properties> listNftChains(Namespace& space, const Properties& key) {
  return list(space, key, {NFT_MSG_GETCHAIN, encodeNftChain, decodeNftChain},
              {"list chains", "of " + describeTable(space, key)});
}

std::vector<Properties> listNftRules(Namespace& space, const Properties& key,
                                     std::string_view commentPrefix) {
  const auto decode = [&](Bytes payload) { return decodeNftRule(payload, commentPrefix); };
  return list(space, key, {NFT_MSG_GETRULE, encodeNftRule, decode},
              {"list rules", "of chain " + describeChain(space, key)});
}

}  // namespace netwright
