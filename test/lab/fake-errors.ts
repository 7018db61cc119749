/** System errors as the real host reports them, for the in-memory one. */

import { SystemError } from '#base/system-error.ts'

/** `<errno.h>`, as far as tests need it. */
const errors = {
  EPERM: [1, 'operation not permitted'],
  ENOENT: [2, 'no such file or directory'],
  EIO: [5, 'input/output error'],
  EBADF: [9, 'bad file descriptor'],
  ENXIO: [6, 'no such device or address'],
  EAGAIN: [11, 'resource temporarily unavailable'],
  EACCES: [13, 'permission denied'],
  EBUSY: [16, 'device or resource busy'],
  EEXIST: [17, 'file exists'],
  ENODEV: [19, 'no such device'],
  ENOTDIR: [20, 'not a directory'],
  EISDIR: [21, 'is a directory'],
  EINVAL: [22, 'invalid argument'],
  ETXTBSY: [26, 'text file busy'],
  ENOSPC: [28, 'no space left on device'],
  EROFS: [30, 'read-only file system'],
  EPIPE: [32, 'broken pipe'],
  EPROTONOSUPPORT: [93, 'protocol not supported'],
  EOPNOTSUPP: [95, 'operation not supported'],
  EADDRINUSE: [98, 'address already in use'],
  ENETDOWN: [100, 'network is down'],
  ENETUNREACH: [101, 'network is unreachable'],
  ETIMEDOUT: [110, 'connection timed out'],
  ECONNREFUSED: [111, 'connection refused'],
  ECANCELED: [125, 'operation canceled'],
} as const

export type FakeErrorCode = keyof typeof errors

/** `fakeError('ENOENT', 'read', '/a')` reads `read /a: ENOENT no such file or directory`. */
export function fakeError(code: FakeErrorCode, operation: string, object: string): SystemError {
  const [errno, text] = errors[code]
  return new SystemError({ operation, object, errno, code, text })
}
