#include "link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/random.h>

#include <array>
#include <cstdio>

#include "attribute-codec.h"
#include "bridge-vlan.h"
#include "gather.h"
#include "link-message.h"
#include "tap.h"

namespace netwright {

namespace {

std::string describe(const LinkKey& key) {
  if (const auto* name = std::get_if<std::string>(&key)) return *name;
  return "with index " + std::to_string(std::get<uint32_t>(key));
}

Attempt attemptOn(std::string_view operation, const LinkKey& key, const Namespace& space) {
  return {operation, describe(key) + " in " + space.file().path()};
}

// Names too long for IFLA_IFNAME can only be alternative ones (`ip link property add`).
void encodeName(const std::string& name, MessageWriter& writer) {
  writer.text(name.size() < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
}

// The header and, where there is no index, the name that tell which link is meant.
void encodeKey(const LinkKey& key, MessageWriter& writer) {
  ifinfomsg header{};
  if (const auto* index = std::get_if<uint32_t>(&key)) header.ifi_index = static_cast<int>(*index);
  writer.header(header);
  if (const auto* name = std::get_if<std::string>(&key)) encodeName(*name, writer);
}

uint32_t indexOf(Namespace& space, const LinkKey& key, const Attempt& attempt) {
  if (const auto* index = std::get_if<uint32_t>(&key)) return *index;
  const auto link = findLink(space, key);
  if (!link) fail(attempt, ENODEV);
  return static_cast<uint32_t>(link->number("index"));
}

// " on eth0", or " on link 7" when that is not there; nothing for index 0.
std::string describeRelative(std::string_view relation, Namespace& space, int64_t index) {
  if (index == 0) return {};
  const auto link = findLink(space, static_cast<uint32_t>(index));
  return std::string(relation) +
         (link ? std::string(link->text("name")) : "link " + std::to_string(index));
}

// "net1 (macvlan on eth0) in PATH": looked up only once something has failed.
std::string describeNew(const LinkPlace& place, const Properties& spec) {
  Namespace& parentSpace = place.parent == nullptr ? place.home : *place.parent;
  return std::string(spec.text("name")) + " (" + std::string(spec.text("kind")) +
         describeRelative(" on ", parentSpace, spec.number("parent")) +
         describeRelative(", port of ", place.home, spec.number("controller")) + ") in " +
         place.home.file().path();
}

// "eth0 (other end of veth0) in PATH", when it is this end whose name is taken.
std::optional<std::string> describeTakenPeer(const LinkPlace& place, const Properties& spec) {
  const Properties* peer = spec.nested("peer");
  if (peer == nullptr) return std::nullopt;
  const std::string name(peer->text("name"));
  Namespace& space = place.peer == nullptr ? place.home : *place.peer;
  if (!findLink(space, name)) return std::nullopt;
  return name + " (other end of " + std::string(spec.text("name")) + ") in " + space.file().path();
}

// The end of a veth that is named is the one to give another name. If both names are taken it is
// the other end, which is seldom free to have another.
[[noreturn]] void failTaken(const LinkPlace& place, const Properties& spec) {
  const auto peer = describeTakenPeer(place, spec);
  fail({"create link", peer ? *peer : describeNew(place, spec)}, EEXIST, "the name is taken");
}

// The kernel's own words, or what it lacks if that can be told.
std::string explain(const Verdict& verdict, const Properties& spec) {
  const Properties* bridge = spec.nested("bridge");
  const bool isLack = verdict.error == EOPNOTSUPP && verdict.detail.empty() && bridge != nullptr &&
                      bridge->has("hasVlanFiltering");
  return isLack ? std::string(kernelLacksVlans) : verdict.detail;
}

// Returns the verdict when that is none, or EEXIST: a name may be taken, or what makes the link one
// of its kind, such as the number of a VLAN. Failures tell of the link that was `wanted`.
Verdict requestLink(const LinkPlace& place, const Properties& spec, const Properties& wanted) {
  const Attempt attempt{"create link", std::string(spec.text("name"))};
  MessageWriter writer(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  encodeLink(0, spec, writer, attempt);
  // The kernel resolves the parent's index in the namespace the request comes from.
  if (place.parent != nullptr) writer.number(IFLA_NET_NS_FD, place.home.file().fd().get());
  encodeLinkKind(spec, place.peer == nullptr ? -1 : place.peer->file().fd().get(), writer, attempt);
  Namespace& requester = place.parent == nullptr ? place.home : *place.parent;
  Verdict verdict = requester.socket().tryRequest(writer, attempt);
  if (verdict.error != 0 && verdict.error != EEXIST) {
    fail({attempt.operation, describeNew(place, wanted)}, verdict.error, explain(verdict, spec));
  }
  return verdict;
}

// A name nobody else has: 12 characters, of IFNAMSIZ - 1 = 15.
std::string temporaryName() {
  uint32_t random = 0;
  (void)check(retryInterrupted([&] { return ::getrandom(&random, sizeof random, 0); }),
              {"read", "random bytes"});
  std::array<char, 16> name{};
  (void)std::snprintf(name.data(), name.size(), "tmp-%08x", random);
  return name.data();
}

// The same link under another name, and down: before Linux 6.2 only such a link can be renamed.
Properties underName(const Properties& spec, const std::string& name) {
  Properties copy;
  for (const Property& property : spec.all()) {
    if (property.name == "isUp") continue;
    copy.set(property.name, property.name == "name" ? Properties::Value(name) : property.value);
  }
  return copy;
}

// Tells a link that has just been born what it was not told at birth. A link that refuses goes away
// again.
void settleLink(const LinkPlace& place, const Properties& spec, const std::string& bornAs,
                const Properties& change) {
  const Attempt attempt{"create link", describeNew(place, spec)};
  // Not by name: a link that refuses to go up has its new name already.
  const uint32_t index = indexOf(place.home, bornAs, attempt);
  MessageWriter writer(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
  encodeLink(index, change, writer, attempt);
  const Verdict verdict = place.home.socket().tryRequest(writer, attempt);
  if (verdict.error == 0) return;
  // The failure to report is the first one.
  MessageWriter removal(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
  encodeKey(index, removal);
  (void)place.home.socket().tryRequest(removal, attempt);
  fail(attempt, verdict.error, verdict.detail);
}

// What the kernel overlooks when a link is born (rtnl_create_link).
Properties leftForLater(const Properties& spec) {
  Properties rest;
  if (spec.has("alias")) rest.set("alias", std::string(spec.text("alias")));
  return rest;
}

// Older kernels look for the new name also in the namespace the request comes from, where it may
// well be taken (an eth0 on a parent eth0). Then the link is born under a name of its own and
// renamed where it lives. Linux 6.15 looks in the right place only.
void createThenRename(const LinkPlace& place, const Properties& spec) {
  const std::string temporary = temporaryName();
  const Verdict verdict = requestLink(place, underName(spec, temporary), spec);
  if (verdict.error != 0) {
    fail({"create link", describeNew(place, spec)}, EEXIST,
         verdict.detail.empty() ? "the temporary name " + temporary + " is taken" : verdict.detail);
  }
  Properties change = leftForLater(spec);
  change.set("name", std::string(spec.text("name")));
  if (spec.has("isUp")) change.set("isUp", spec.flag("isUp"));
  settleLink(place, spec, temporary, change);
}

}  // namespace

std::optional<Properties> findLink(Namespace& space, const LinkKey& key) {
  MessageWriter writer(RTM_GETLINK, NLM_F_REQUEST);
  encodeKey(key, writer);
  writer.number<uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  const auto found = space.socket().find(writer, ENODEV, attemptOn("look up link", key, space));
  if (!found) return std::nullopt;
  return decodeLink(*found);
}

std::vector<Properties> listLinks(Namespace& space) {
  MessageWriter writer(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
  writer.header(ifinfomsg{});
  writer.number<uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  std::vector<Properties> links;
  space.socket().dump(writer, {"list links", "in " + space.file().path()},
                      gatherInto(links, decodeLink));
  return links;
}

void createLink(const LinkPlace& place, const Properties& spec) {
  if (spec.text("kind") == "tap") {
    createTap(place.home, spec);
    return;
  }
  const std::string name(spec.text("name"));
  const Verdict verdict = requestLink(place, spec, spec);
  if (verdict.error == 0) {
    const Properties rest = leftForLater(spec);
    if (!rest.all().empty()) settleLink(place, spec, name, rest);
    return;
  }
  if (findLink(place.home, name) || describeTakenPeer(place, spec)) failTaken(place, spec);
  if (place.parent == nullptr || !findLink(*place.parent, name)) {
    fail({"create link", describeNew(place, spec)}, EEXIST, verdict.detail);
  }
  createThenRename(place, spec);
}

void changeLink(Namespace& space, const LinkKey& key, const Properties& change) {
  const Attempt attempt = attemptOn("change link", key, space);
  const auto* name = std::get_if<std::string>(&key);
  // A new name goes where the old one would tell which link is meant.
  const bool needsIndex = name == nullptr || change.has("name");
  MessageWriter writer(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
  encodeLink(needsIndex ? indexOf(space, key, attempt) : 0, change, writer, attempt);
  if (!needsIndex) encodeName(*name, writer);
  space.socket().request(writer, attempt);
}

void moveLink(Namespace& space, const LinkKey& key, const Namespace& to, const std::string& name) {
  Attempt attempt = attemptOn("move link", key, space);
  attempt.object += " to " + to.file().path();
  Properties change;
  if (!name.empty()) change.set("name", name);
  MessageWriter writer(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
  encodeLink(indexOf(space, key, attempt), change, writer, attempt);
  writer.number(IFLA_NET_NS_FD, to.file().fd().get());
  space.socket().request(writer, attempt);
}

bool removeLink(Namespace& space, const LinkKey& key) {
  MessageWriter writer(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
  encodeKey(key, writer);
  return space.socket().requestIfThere(writer, ENODEV, attemptOn("remove link", key, space));
}

}  // namespace netwright
