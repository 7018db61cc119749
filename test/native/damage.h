// Messages as no kernel sends them.
#pragma once

#include <functional>

#include "lab.h"

namespace netwright::test {

// Calls `read` with thousands of damaged copies of a message, the same in every run. Half of them
// are cut short; each ends where its memory does, so that the sanitizers notice who reads on.
void forEachDamaged(Bytes message, const std::function<void(const Datagram& damaged)>& read);

}  // namespace netwright::test
