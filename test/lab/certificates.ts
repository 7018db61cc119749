/** Certificates of the test's own, made with openssl. */

import { mkdirSync, writeFileSync } from 'node:fs'
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
  issue(name: string, { subject = nameless, addresses = [] }: IdentityRequest = {}): Identity {
    const path = (extension: string) => join(this.#folder, `${name}.${extension}`)
    const names = ['127.0.0.1', '::1', ...addresses].map((address) => `IP:${address}`)
    const usage = 'extendedKeyUsage=serverAuth,clientAuth'
    writeFileSync(path('ext'), `subjectAltName=${names.join()}\n${usage}\n`)
    const request = ['-keyout', path('key'), '-out', path('csr'), '-subj', subject]
    runSync(['openssl', 'req', ...newKey, ...request])
    const signer = ['-CA', this.certificate, '-CAkey', this.#key, '-CAcreateserial']
    const files = ['-in', path('csr'), '-out', path('pem'), '-extfile', path('ext')]
    runSync(['openssl', 'x509', '-req', ...signer, ...files, '-days', '2'])
    return { certificate: path('pem'), key: path('key') }
  }
}
