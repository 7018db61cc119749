#include "netlink-verdict.h"

#include <cerrno>

namespace netwright {

namespace {

// The text of the extended acknowledgement behind an error (NLMSGERR_ATTR_MSG), or an empty one.
std::string extendedText(Bytes attributes) {
  AttributeReader reader(attributes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NLMSGERR_ATTR_MSG) return std::string(attribute->text());
  }
  return {};
}

// NETLINK_CAP_ACK makes the kernel leave out the echoed request, so the attributes follow the fixed
// part of an NLMSG_ERROR or NLMSG_DONE at once.
template <typename Fixed>
Verdict verdictOf(const Message& message, int error) {
  if (error >= 0) return {};
  const bool isExtended = (message.header.nlmsg_flags & NLM_F_ACK_TLVS) != 0;
  return {-error, isExtended ? extendedText(afterStructure<Fixed>(message.payload)) : ""};
}

}  // namespace

Verdict acknowledgement(const Message& message) {
  const auto report = readStructure<nlmsgerr>(message.payload);
  if (!report) return {EBADMSG, "the kernel's acknowledgement is cut short"};
  return verdictOf<nlmsgerr>(message, report->error);
}

Verdict endOfDump(const Message& message) {
  const auto error = readStructure<int>(message.payload);
  return error ? verdictOf<int>(message, *error) : Verdict{};
}

}  // namespace netwright
