// The engine's own objects that Node-API is made of.
#pragma once

#include <quickjs.h>

#include "../value.h"
#include "atom.h"

namespace netwright::engine {

// Taken from the globals once, before scripts can change them: the C interface of QuickJS has no
// other way to any of this.
struct Builtins {
  // Throws std::runtime_error if one is missing.
  explicit Builtins(JSContext* context);

  Value object;
  Value error;
  Value typeError;
  Value rangeError;
  Value weakRef;
  Value deref;
  // The WeakMap that knows the HiddenData of objects which are not of our classes.
  Value hidden;
  Value getHidden;
  Value setHidden;
  Atom code;
  Atom constructor;
  Atom length;
  Atom message;
  Atom name;
  Atom prototype;
};

}  // namespace netwright::engine
