#pragma once
namespace netwright::engine {
inline void relocateLate() {}
}
