// The vocabulary of the native tests.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/link.h"
#include "core/message-reader.h"
#include "core/namespace.h"
#include "core/properties.h"
#include "core/system-error.h"

namespace netwright::test {

using Datagram = std::vector<std::byte>;

// What an error message of the code under test would begin with.
inline const Attempt attempt{"try", "something"};

// `0a 00 1f` and back.
[[nodiscard]] Datagram bytesOf(std::string_view hex);
[[nodiscard]] std::string hexOf(Bytes bytes);

// The bytes of test/fixtures/netlink/NAME.hex.
[[nodiscard]] Datagram fixture(const std::string& name);

// A property to give, with values as C++ writes them.
struct Given {
  std::string_view name;
  Properties::Value value;

  Given(std::string_view property, bool flag) : name(property), value(flag) {}
  Given(std::string_view property, int number) : name(property), value(int64_t{number}) {}
  Given(std::string_view property, int64_t number) : name(property), value(number) {}
  Given(std::string_view property, const char* text) : name(property), value(std::string(text)) {}
  Given(std::string_view property, std::string text) : name(property), value(std::move(text)) {}
  Given(std::string_view property, Properties nested) : name(property), value(std::move(nested)) {}
};

[[nodiscard]] Properties propertiesOf(std::vector<Given> given);

// Creates a link and looks it up.
[[nodiscard]] Properties newLink(const LinkPlace& place, const Properties& spec);

// One line that a failed expectation can print: `index=2 name=eth0 macvlan={mode=bridge}`.
[[nodiscard]] std::string show(const Properties& properties);
// The same for some of the properties only, in the order of `names`.
[[nodiscard]] std::string show(const Properties& properties,
                               const std::vector<std::string_view>& names);
[[nodiscard]] std::vector<std::string> show(const std::vector<Properties>& list);

// The error a call ends in; fails the test when there is none.
[[nodiscard]] SystemError errorOf(const std::function<void()>& call);

// Runs a shell command and returns what it prints; throws when it fails.
std::string run(const std::string& command);

// How many descriptors this process has open.
[[nodiscard]] size_t openDescriptors();

// The network namespace of the calling thread, and the one mounted at `path`: `net:[4026531833]`.
[[nodiscard]] std::string ownNamespace();
[[nodiscard]] std::string namespaceIn(const std::string& path);

// A named network namespace for one test. Throws outside script/in-namespace: what is done to the
// kernel here must not be done to the machine.
class Pod {
 public:
  Pod();
  ~Pod();
  Pod(const Pod&) = delete;
  Pod& operator=(const Pod&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Namespace& space() { return *space_; }
  [[nodiscard]] const NamespaceFile& file() const { return space_->file(); }
  // Runs a command inside and returns what it prints; throws when it fails.
  // NOLINTNEXTLINE(modernize-use-nodiscard): what it does is often all there is to it.
  std::string run(const std::string& command) const;
  // A veth of this pod whose other end NAME-far stays here, too; both are up. Returns its index.
  [[nodiscard]] uint32_t cable(const std::string& name);
  // Waits until what is sent on a link is no longer dropped, which begins some time after the other
  // end of the cable has come up, or a program has opened the tap.
  void awaitReady(const std::string& name);

 private:
  std::string name_;
  std::optional<Namespace> space_;
};

// Throws unless this process has a user namespace of its own, or network and mount namespaces that
// are not the machine's.
void requireSandbox();

}  // namespace netwright::test
