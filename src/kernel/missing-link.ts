/** A link that is not there. */

import { SystemError } from '#base/system-error.ts'
import type { LinkKey } from './link.ts'

/** `ENODEV` of `<errno.h>`. */
const noSuchDevice = 19

/** What the kernel would say of it, had it been asked to do something with the link. */
export function missingLink(key: LinkKey, path: string): SystemError {
  return new SystemError({
    operation: 'look up link',
    object: `${typeof key === 'number' ? `with index ${key}` : key} in ${path}`,
    errno: noSuchDevice,
    code: 'ENODEV',
    text: 'no such device',
  })
}
