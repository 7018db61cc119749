/** Bytes of texts, and bytes as texts. */

/** A text in UTF-8; half of a surrogate pair becomes U+FFFD, as encoders have it. */
export function utf8Bytes(text: string): Uint8Array {
  if (isAscii(text)) return asciiBytes(text)
  return Uint8Array.from(Array.from(text).flatMap(bytesOf))
}

function bytesOf(character: string): number[] {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return [code]
  if (code >= 0xd800 && code < 0xe000) return [0xef, 0xbf, 0xbd]
  if (code < 0x800) return [0xc0 | (code >> 6), following(code)]
  if (code < 0x10000) return [0xe0 | (code >> 12), following(code >> 6), following(code)]
  return [0xf0 | (code >> 18), following(code >> 12), following(code >> 6), following(code)]
}

function following(code: number): number {
  return 0x80 | (code & 0x3f)
}

/** The text that bytes are in UTF-8; nothing when they are not. */
export function findUtf8Text(bytes: Uint8Array): string | undefined {
  const text = latin1Text(bytes)
  if (isAscii(text)) return text
  try {
    // It knows UTF-8, where an engine has no decoder.
    return decodeURIComponent(Array.from(bytes, escapedByte).join(''))
  } catch {
    return undefined
  }
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII, too
  return !/[^\x00-\x7f]/.test(text)
}

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** A function takes some thousands of arguments, but not any number. */
const mostArguments = 8192

/** A character for each byte. */
function latin1Text(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += mostArguments) {
    // Spreading them would take five times as long.
    const piece: string = Reflect.apply(
      String.fromCharCode,
      undefined,
      bytes.subarray(at, at + mostArguments),
    )
    text += piece
  }
  return text
}

function escapedByte(byte: number): string {
  return `%${hexDigits.charAt(byte >> 4)}${hexDigits.charAt(byte & 15)}`
}

const hexDigits = '0123456789abcdef'

/** `0a0102ff` */
export function hexOf(bytes: Uint8Array, separator = ''): string {
  let text = ''
  for (const byte of bytes) {
    if (text !== '') text += separator
    text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15)
  }
  return text
}

const longestHex = 2 ** 17

/** What `hexOf` makes without separator, as bytes again; nothing of any other text. */
export function findHexBytes(text: string): Uint8Array | undefined {
  if (text.length > longestHex || !/^(?:[0-9a-f]{2})*$/.test(text)) return undefined
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
}
