#include "recorded.h"

#include <linux/if_link.h>
#include <linux/veth.h>

#include <algorithm>

namespace netwright::test {

namespace {

void addAttributes(Bytes bytes, const Shape& shape, const std::string& path,
                   std::vector<std::string>& lines) {
  lines.push_back(path + "header: " + hexOf(bytes.first(shape.header)));
  AttributeReader reader(bytes.subspan(shape.header));
  while (const auto attribute = reader.next()) {
    const std::string name = path + std::to_string(attribute->type);
    const auto nest = shape.nests.find(attribute->type);
    if (nest == shape.nests.end()) {
      lines.push_back(name + ": " + hexOf(attribute->payload));
    } else {
      addAttributes(attribute->payload, nest->second, name + '.', lines);
    }
  }
}

// A link with IFLA_INFO_DATA of this shape, which depends on the kind.
Shape linkWith(const Shape& data) {
  const Shape info{0, {{IFLA_INFO_DATA, data}}};
  return {sizeof(ifinfomsg), {{IFLA_LINKINFO, info}}};
}

}  // namespace

Shape linkShape() {
  return linkWith({});
}

Shape vethShape() {
  const Shape peer{sizeof(ifinfomsg)};
  return linkWith({0, {{VETH_INFO_PEER, peer}}});
}

Shape routeShape() {
  return {sizeof(rtmsg), {{RTA_METRICS, Shape{}}}};
}

std::vector<std::string> bodyOf(Bytes request, const Shape& shape) {
  std::vector<std::string> lines;
  addAttributes(request.subspan(sizeof(nlmsghdr)), shape, "", lines);
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> linesOf(Bytes request, const Shape& shape) {
  std::vector<std::string> lines = bodyOf(request, shape);
  lines.insert(lines.begin(), "type and flags: " + hexOf(request.subspan(4, 4)));
  return lines;
}

}  // namespace netwright::test
