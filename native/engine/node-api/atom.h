// The engine's form of a property's key, with one owner.
#pragma once

#include <quickjs.h>

#include <utility>

namespace netwright::engine {

// Owns one reference to an atom and gives it back.
class Atom {
 public:
  Atom(JSContext* context, JSAtom atom) : context_(context), atom_(atom) {}
  Atom(Atom&& other) noexcept
      : context_(other.context_), atom_(std::exchange(other.atom_, JS_ATOM_NULL)) {}
  Atom& operator=(Atom&&) = delete;
  Atom(const Atom&) = delete;
  Atom& operator=(const Atom&) = delete;
  ~Atom() { JS_FreeAtom(context_, atom_); }

  [[nodiscard]] JSAtom get() const { return atom_; }
  // Whether making it threw.
  [[nodiscard]] bool isException() const { return atom_ == JS_ATOM_NULL; }

 private:
  JSContext* context_;
  JSAtom atom_;
};

}  // namespace netwright::engine
