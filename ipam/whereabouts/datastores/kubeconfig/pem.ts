/** Certificates and keys as configurations hold them. */

import { findBase64Bytes } from '#base/base64.ts'
import { findUtf8Text } from '#base/bytes.ts'

/** The PEM text that is in base64, which may have line breaks; nothing of any other text. */
export function findPemInBase64(text: string): string | undefined {
  const bytes = findBase64Bytes(text.replaceAll(/[\r\n]/g, ''))
  const pem = bytes && findUtf8Text(bytes)
  return pem !== undefined && isPem(pem) ? pem : undefined
}

/** Whether there is something in PEM (RFC 7468) in a text; what, TLS finds out. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}
