#include "packet-filter.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace netwright {

namespace {

// Byte offsets and values of RFC 791, 8200, 768 and 826.
namespace ipv4 {
constexpr uint32_t versionAndLength = 0;
constexpr uint32_t shortestHeader = 0x45;
constexpr uint32_t longestHeader = 0x4f;
constexpr uint32_t fragment = 6;
constexpr uint32_t moreFragmentsAndOffset = 0x3fff;
constexpr uint32_t protocol = 9;
}  // namespace ipv4

namespace ipv6 {
constexpr uint32_t version = 0;
constexpr uint32_t versionMask = 0xf0;
constexpr uint32_t versionSix = 0x60;
constexpr uint32_t nextHeader = 6;
constexpr uint32_t headerLength = 40;
}  // namespace ipv6

namespace arp {
constexpr uint32_t hardwareAndProtocol = 0;
constexpr uint32_t ethernetAndIpv4 = uint32_t{ARPHRD_ETHER} << 16 | ETHERTYPE_IP;
constexpr uint32_t lengths = 4;
constexpr uint32_t sixAndFour = 0x0604;
constexpr uint32_t packetLength = 28;
}  // namespace arp

constexpr uint32_t destinationPort = 2;

// Each condition is followed by its own end of the program, so that no distance is ever counted. To
// read beyond the packet's end is an end as well.
class Program {
 public:
  Program& load(uint16_t width, uint32_t offset) { return add(BPF_LD | width, offset); }
  Program& mask(uint32_t bits) { return add(BPF_ALU | BPF_AND | BPF_K, bits); }
  Program& require(uint16_t comparison, uint32_t value) { return drop(comparison, value, 1, 0); }
  Program& refuse(uint16_t comparison, uint32_t value) { return drop(comparison, value, 0, 1); }
  Program& add(int code, uint32_t value) {
    steps_.push_back(BPF_STMT(static_cast<uint16_t>(code), value));
    return *this;
  }
  [[nodiscard]] std::vector<sock_filter> accept() {
    add(BPF_RET | BPF_K, packetLimit);
    return std::move(steps_);
  }

 private:
  // Skips the drop by as many steps where the comparison holds, and where it does not.
  Program& drop(uint16_t comparison, uint32_t value, uint8_t whenTrue, uint8_t whenFalse) {
    const auto code = static_cast<uint16_t>(BPF_JMP | comparison | BPF_K);
    steps_.push_back(BPF_JUMP(code, value, whenTrue, whenFalse));
    return add(BPF_RET | BPF_K, 0);
  }

  std::vector<sock_filter> steps_;
};

constexpr uint16_t byte = BPF_B | BPF_ABS;
constexpr uint16_t half = BPF_H | BPF_ABS;
constexpr uint16_t word = BPF_W | BPF_ABS;

// The types up to PACKET_MULTICAST are those for this host. What carries the tag of a VLAN that the
// link does not have is PACKET_OTHERHOST, too.
void begin(Program& program) {
  program.load(word, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE))
      .refuse(BPF_JGE, PACKET_OTHERHOST);
  program.load(BPF_W | BPF_LEN, 0).refuse(BPF_JGT, packetLimit);
}

void addIpv4(Program& program, uint16_t port) {
  program.load(byte, ipv4::versionAndLength)
      .require(BPF_JGE, ipv4::shortestHeader)
      .refuse(BPF_JGT, ipv4::longestHeader);
  program.load(byte, ipv4::protocol).require(BPF_JEQ, IPPROTO_UDP);
  program.load(half, ipv4::fragment).refuse(BPF_JSET, ipv4::moreFragmentsAndOffset);
  // The index register becomes the length of the header.
  program.add(BPF_LDX | BPF_B | BPF_MSH, ipv4::versionAndLength);
  program.load(BPF_H | BPF_IND, destinationPort).require(BPF_JEQ, port);
}

void addIpv6(Program& program, uint16_t port) {
  program.load(byte, ipv6::version).mask(ipv6::versionMask).require(BPF_JEQ, ipv6::versionSix);
  program.load(byte, ipv6::nextHeader).require(BPF_JEQ, IPPROTO_UDP);
  program.load(half, ipv6::headerLength + destinationPort).require(BPF_JEQ, port);
}

void addArp(Program& program) {
  program.load(BPF_W | BPF_LEN, 0).require(BPF_JGE, arp::packetLength);
  program.load(word, arp::hardwareAndProtocol).require(BPF_JEQ, arp::ethernetAndIpv4);
  program.load(half, arp::lengths).require(BPF_JEQ, arp::sixAndFour);
}

}  // namespace

std::vector<sock_filter> packetFilter(const PacketKind& kind) {
  Program program;
  begin(program);
  if (kind.protocol == ETHERTYPE_IP) addIpv4(program, kind.udpPort);
  if (kind.protocol == ETHERTYPE_IPV6) addIpv6(program, kind.udpPort);
  if (kind.protocol == ETHERTYPE_ARP) addArp(program);
  return program.accept();
}

int attachFilter(int socket, const PacketKind& kind) {
  std::vector<sock_filter> steps = packetFilter(kind);
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

}  // namespace netwright
