/** Certificates of the test's own, made with openssl. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSync } from './command.ts'

/** The paths of a certificate and of its key, in PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface IdentityRequest {
  /** The distinguished name as openssl writes it: `/CN=somebody`. Without it there is no common name. */
  readonly subject?: string
  /** The addresses it is good for, with the loopback's. */
  readonly addresses?: readonly string[]
  /** All it is good for, as openssl writes it, in place of addresses: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string
  /** Two when absent; one of -1 days is over. */
  readonly days?: number
}

/** A certificate and its key themselves. */
export function readIdentity({ certificate, key }: Identity): Identity {
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']
const nameless = '/O=netwright tests'

/** Somebody who certifies servers and clients. */
export class Authority {
  /** The path of its certificate. */
  readonly certificate: string
  readonly #folder: string
  readonly #key: string

  /** @param folder a folder for its files, which is made */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    this.#key = join(folder, 'authority.key')
    this.certificate = join(folder, 'authority.pem')
    const files = ['-keyout', this.#key, '-out', this.certificate]
    runSync(['openssl', 'req', '-x509', ...newKey, ...files, '-subj', '/O=authority', '-days', '2'])
  }

  /** Certifies a server that is a client as well. */
  issue(name: string, request: IdentityRequest = {}): Identity {
    const { subject = nameless, addresses = [], names = namesOf(addresses), days = 2 } = request
    const path = (extension: string) => join(this.#folder, `${name}.${extension}`)
    const usage = 'extendedKeyUsage=serverAuth,clientAuth'
    writeFileSync(path('ext'), `subjectAltName=${names}\n${usage}\n`)
    const wish = ['-keyout', path('key'), '-out', path('csr'), '-subj', subject]
    runSync(['openssl', 'req', ...newKey, ...wish])
    const signer = ['-CA', this.certificate, '-CAkey', this.#key, '-CAcreateserial']
    const files = ['-in', path('csr'), '-out', path('pem'), '-extfile', path('ext')]
    runSync(['openssl', 'x509', '-req', ...signer, ...files, '-days', `${days}`])
    return { certificate: path('pem'), key: path('key') }
  }
}

function namesOf(addresses: readonly string[]): string {
  return ['127.0.0.1', '::1', ...addresses].map((address) => `IP:${address}`).join()
}
