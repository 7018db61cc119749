/** The certificates of the authorities that a machine trusts. */

import type { Files } from './host.ts'

/** Where distributions have them in one file: Debian, Fedora, openSUSE, others. */
const places: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** In PEM; nothing in it on a machine that has none. @throws SystemError */
export async function trustedAuthorities(files: Pick<Files, 'findText'>): Promise<string> {
  for (const path of places) {
    const text = await files.findText(path)
    if (text !== undefined) return text
  }
  return ''
}
