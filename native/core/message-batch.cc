#include "message-batch.h"

#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>

#include <cstring>

namespace netwright {

MessageBatch::MessageBatch(uint8_t subsystem) : subsystem_(subsystem) {
  appendEdge(NFNL_MSG_BATCH_BEGIN);
}

void MessageBatch::add(MessageWriter& message) {
  append(message.finish(0));
  size_++;
}

void MessageBatch::append(Bytes message) {
  starts_.push_back(bytes_.size());
  bytes_.insert(bytes_.end(), message.begin(), message.end());
}

void MessageBatch::appendEdge(uint16_t type) {
  MessageWriter edge(type, NLM_F_REQUEST);
  nfgenmsg header{};
  header.nfgen_family = NFPROTO_UNSPEC;
  header.version = NFNETLINK_V0;
  header.res_id = htobe16(subsystem_);
  edge.header(header);
  append(edge.finish(0));
}

void MessageBatch::askForAcknowledgement() {
  std::byte* const place = &bytes_.at(starts_.back() + offsetof(nlmsghdr, nlmsg_flags));
  uint16_t flags = 0;
  std::memcpy(&flags, place, sizeof flags);
  flags |= NLM_F_ACK;
  std::memcpy(place, &flags, sizeof flags);
}

Bytes MessageBatch::finish(uint32_t first) {
  if (!isFinished_) {
    askForAcknowledgement();
    appendEdge(NFNL_MSG_BATCH_END);
    isFinished_ = true;
  }
  uint32_t sequence = first;
  for (const size_t start : starts_) {
    std::memcpy(&bytes_.at(start + offsetof(nlmsghdr, nlmsg_seq)), &sequence, sizeof sequence);
    sequence++;
  }
  return bytes_;
}

}  // namespace netwright
