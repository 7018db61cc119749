#include "file-status.h"

#include "host-call.h"

namespace netwright::engine {

namespace {

const char* kindOf(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  return S_ISDIR(mode) ? "directory" : "other";
}

}  // namespace

Value newStatus(JSContext* context, const struct stat& status) {
  Value object = requireValue(context, JS_NewObject(context));
  setProperty(context, object, "kind", newText(context, kindOf(status.st_mode)).release());
  setProperty(context, object, "device", JS_NewInt64(context, static_cast<int64_t>(status.st_dev)));
  setProperty(context, object, "inode", JS_NewInt64(context, static_cast<int64_t>(status.st_ino)));
  // What chmod(2) sets.
  constexpr mode_t permissions = 07777;
  const auto mode = static_cast<int32_t>(status.st_mode & permissions);
  setProperty(context, object, "mode", JS_NewInt32(context, mode));
  setProperty(context, object, "size", JS_NewInt64(context, status.st_size));
  return object;
}

}  // namespace netwright::engine
