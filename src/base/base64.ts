/** Base64 (RFC 4648 §4). */

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** With padding, and without line breaks. */
export function base64Of(bytes: Uint8Array & NativeBytes): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64()
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2)
    text += digitAt(bits >> 18) + digitAt(bits >> 12) + digitAt(bits >> 6) + digitAt(bits)
  }
  const missing = (3 - (bytes.length % 3)) % 3
  return text.slice(0, text.length - missing) + '='.repeat(missing)
}

/** What `base64Of` makes, as bytes again; nothing of any other text. */
export function findBase64Bytes(text: string): Uint8Array | undefined {
  const padding = paddingOf(text)
  if (text.length % 4 !== 0 || text.lastIndexOf('=', text.length - padding - 1) >= 0) {
    return undefined
  }
  const length = (text.length / 4) * 3 - padding
  const { fromBase64 } = Uint8Array as NativeConstructor
  const bytes = fromBase64 === undefined ? decode(text) : decodeNatively(fromBase64, text)
  // That of the engine passes over white space.
  return bytes === undefined || bytes.length < length ? undefined : bytes.subarray(0, length)
}

/** What ECMAScript 2026 has. The executable's engine has it, and is slow at doing it step by step. */
interface NativeBytes {
  readonly toBase64?: () => string
}

interface NativeConstructor {
  readonly fromBase64?: (text: string) => Uint8Array
}

function decodeNatively(
  fromBase64: (text: string) => Uint8Array,
  text: string,
): Uint8Array | undefined {
  try {
    return fromBase64(text)
  } catch {
    return undefined
  }
}

/** With zeros for the padding. */
function decode(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array((text.length / 4) * 3)
  let end = 0
  let seen = 0
  for (let at = 0; at < text.length; at += 4) {
    const first = valueAt(text, at)
    const second = valueAt(text, at + 1)
    const third = valueAt(text, at + 2)
    const fourth = valueAt(text, at + 3)
    seen |= first | second | third | fourth
    bytes[end] = (first << 2) | (second >> 4)
    bytes[end + 1] = (second << 4) | (third >> 2)
    bytes[end + 2] = (third << 6) | fourth
    end += 3
  }
  return seen < noDigit ? bytes : undefined
}

/** More than any digit stands for. */
const noDigit = 64

/** What each digit stands for, by its character code; padding stands for zeros. */
const values = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  const value = digits.indexOf(character)
  if (value >= 0) return value
  return character === '=' ? 0 : noDigit
})

function valueAt(text: string, position: number): number {
  return values[text.charCodeAt(position)] ?? noDigit
}

function byteAt(bytes: Uint8Array, position: number): number {
  return bytes[position] ?? 0
}

function digitAt(bits: number): string {
  return digits.charAt(bits & 63)
}

function paddingOf(text: string): number {
  if (text.endsWith('==')) return 2
  return text.endsWith('=') ? 1 : 0
}
