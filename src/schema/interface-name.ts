/** The rule for names of network interfaces. */

import { utf8Bytes } from '#base/bytes.ts'

/** `IFNAMSIZ` of `<linux/if.h>` without the terminating zero. */
const longestName = 15

/**
 * Whether the kernel and the CNI specification take it as a name: 1 to 15 bytes, not `.` or `..`,
 * without slash, colon, zero or white space (`dev_valid_name` of net/core/dev.c).
 */
export function isInterfaceName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false
  if (name.length > longestName || utf8Bytes(name).length > longestName) return false
  // The Unicode property, because \s differs from it in U+0085 and U+FEFF.
  return !name.includes('\0') && !/[/:]|\p{White_Space}/u.test(name)
}

/** `ALTIFNAMSIZ` of `<linux/if.h>` without the terminating zero. */
const longestAlternativeName = 127

/** Whether a link can be looked up by it: links may have alternative names, which are longer. */
export function isLinkName(name: string): boolean {
  return name !== '' && name.length <= longestAlternativeName && !/[\0\s/]/.test(name)
}
