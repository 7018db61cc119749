/** The rule for names of network interfaces. */

/** `IFNAMSIZ` of `<linux/if.h>` without the terminating zero. */
const longestName = 15

/**
 * Whether the kernel and the CNI specification take it as a name: 1 to 15 bytes, not `.` or `..`,
 * without slash, colon, zero or white space (`dev_valid_name` of net/core/dev.c).
 */
export function isInterfaceName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false
  if (name.length > longestName || utf8Length(name) > longestName) return false
  // The Unicode property, because \s differs from it in U+0085 and U+FEFF.
  return !name.includes('\0') && !/[/:]|\p{White_Space}/u.test(name)
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) length += 1
    else if (code < 0x800) length += 2
    else length += code < 0x10000 ? 3 : 4
  }
  return length
}
