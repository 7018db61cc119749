#include "lab.h"

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "core/link.h"

namespace netwright::test {

namespace {

// The machine's own user namespace has this inode on every Linux (PROC_USER_INIT_INO).
constexpr ino_t machineUsers = 0xEFFFFFFD;

ino_t inodeOf(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

// Whether we are in another namespace of this kind than the machine's first process; false when it
// cannot be told.
bool isApartFromInit(const std::string& kind) {
  const ino_t first = inodeOf("/proc/1/ns/" + kind);
  return first != 0 && first != inodeOf("/proc/self/ns/" + kind);
}

void showValue(std::ostream& out, const Properties::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) out << (*flag ? "yes" : "no");
  if (const auto* number = std::get_if<int64_t>(&value)) out << *number;
  if (const auto* text = std::get_if<std::string>(&value)) out << *text;
  if (const auto* nested = std::get_if<Properties>(&value)) out << '{' << show(*nested) << '}';
  if (const auto* list = std::get_if<Properties::List>(&value)) {
    for (const Properties& each : *list) out << '[' << show(each) << ']';
  }
}

unsigned digitOf(char digit) {
  constexpr std::string_view digits = "0123456789abcdef";
  const size_t value = digits.find(digit);
  if (value == std::string_view::npos) throw std::invalid_argument("not a hexadecimal digit");
  return static_cast<unsigned>(value);
}

}  // namespace

Datagram bytesOf(std::string_view hex) {
  Datagram bytes;
  for (size_t i = 0; i < hex.size();) {
    if (hex[i] == ' ' || hex[i] == '\n') {
      i++;
      continue;
    }
    bytes.push_back(static_cast<std::byte>(digitOf(hex.at(i)) << 4U | digitOf(hex.at(i + 1))));
    i += 2;
  }
  return bytes;
}

std::string hexOf(Bytes bytes) {
  std::string hex;
  for (const std::byte byte : bytes) {
    std::array<char, 4> text{};
    (void)std::snprintf(text.data(), text.size(), hex.empty() ? "%02x" : " %02x",
                        std::to_integer<unsigned>(byte));
    hex += text.data();
  }
  return hex;
}

Datagram fixture(const std::string& name) {
  std::ifstream file(std::string(NETWRIGHT_FIXTURES) + '/' + name + ".hex");
  if (!file) throw std::runtime_error("open fixture " + name + ": it is not there");
  std::string hex;
  for (std::string line; std::getline(file, line);) hex += line.substr(0, line.find('#')) + '\n';
  return bytesOf(hex);
}

Properties propertiesOf(std::vector<Given> given) {
  Properties properties;
  for (Given& each : given) properties.set(each.name, std::move(each.value));
  return properties;
}

std::string show(const Properties& properties) {
  std::ostringstream out;
  const char* separator = "";
  for (const Property& property : properties.all()) {
    out << separator << property.name << '=';
    showValue(out, property.value);
    separator = " ";
  }
  return out.str();
}

std::string show(const Properties& properties, const std::vector<std::string_view>& names) {
  Properties some;
  for (const std::string_view name : names) {
    const auto* value = properties.find(name);
    if (value != nullptr) some.set(name, *value);
  }
  return show(some);
}

std::vector<std::string> show(const std::vector<Properties>& list) {
  std::vector<std::string> lines;
  for (const Properties& each : list) lines.push_back(show(each));
  return lines;
}

SystemError errorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error;
  }
  ADD_FAILURE() << "expected a SystemError";
  return SystemError(attempt, 0, "nothing was thrown");
}

std::string run(const std::string& command) {
  const auto stop = [](FILE* pipe) { (void)::pclose(pipe); };
  std::unique_ptr<FILE, decltype(stop)> pipe(::popen((command + " 2>&1").c_str(), "re"), stop);
  if (!pipe) throw std::runtime_error("run " + command + ": no process");
  std::string output;
  std::array<char, 4096> part{};
  while (const size_t size = std::fread(part.data(), 1, part.size(), pipe.get())) {
    output.append(part.data(), size);
  }
  if (::pclose(pipe.release()) != 0) throw std::runtime_error("run " + command + ": " + output);
  return output;
}

size_t openDescriptors() {
  const auto entries = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

std::string ownNamespace() {
  return std::filesystem::read_symlink("/proc/thread-self/ns/net");
}

std::string namespaceIn(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return "net:[" + std::to_string(status.st_ino) + ']';
}

void requireSandbox() {
  const bool isOurs = inodeOf("/proc/self/ns/user") != machineUsers ||
                      (isApartFromInit("net") && isApartFromInit("mnt"));
  if (!isOurs) {
    throw std::runtime_error(
        "run this through script/in-namespace, which keeps it off the machine");
  }
}

Pod::Pod() {
  requireSandbox();
  static std::atomic<int> count = 0;
  name_ = "pod-" + std::to_string(::getpid()) + '-' + std::to_string(count++);
  space_.emplace(NamespaceFile::create(name_));
}

Pod::~Pod() {
  space_.reset();
  (void)NamespaceFile::remove(name_);
}

std::string Pod::run(const std::string& command) const {
  return test::run("nsenter --net=/run/netns/" + name_ + ' ' + command);
}

Properties newLink(const LinkPlace& place, const Properties& spec) {
  createLink(place, spec);
  return findLink(place.home, std::string(spec.text("name"))).value();
}

uint32_t Pod::cable(const std::string& name) {
  const auto far = propertiesOf({{"name", name + "-far"}});
  const auto link = newLink(
      {space()}, propertiesOf({{"name", name}, {"kind", "veth"}, {"isUp", true}, {"peer", far}}));
  changeLink(space(), name + "-far", propertiesOf({{"isUp", true}}));
  awaitReady(name);
  return static_cast<uint32_t>(link.number("index"));
}

void Pod::awaitReady(const std::string& name) {
  while (findLink(space(), name).value().text("operationalState") != "up") {
    std::this_thread::yield();
  }
}

}  // namespace netwright::test
