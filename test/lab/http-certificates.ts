/** Certificates for tests, made by the openssl command. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface CertificateOptions {
  /** Names and addresses: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string
  /** One when absent; a certificate of -1 days is over. */
  readonly days?: number
}

/** Somebody who signs certificates, with their files in a folder. */
export class Authority {
  readonly #folder: string
  #issued = 0

  constructor(folder: string, name: string) {
    this.#folder = join(folder, name)
    mkdirSync(this.#folder)
    const subject = ['-subj', `/CN=${name}`, '-days', '1']
    this.#openssl('req', '-x509', ...newKey('ca.key'), ...subject, '-out', 'ca.crt')
  }

  /** Its own certificate. */
  get certificate(): string {
    return this.#read('ca.crt')
  }

  issue(subject: string, { names, days = 1 }: CertificateOptions = {}): Identity {
    this.#issued += 1
    const name = `${this.#issued}`
    const [key, request, certificate] = [`${name}.key`, `${name}.csr`, `${name}.crt`]
    this.#openssl('req', ...newKey(key), '-subj', `/CN=${subject}`, '-out', request)
    const extensions = names === undefined ? [] : this.#extensions(`subjectAltName=${names}`)
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', `${days}`]
    this.#openssl('x509', '-req', '-in', request, ...signing, ...extensions, '-out', certificate)
    return { certificate: this.#read(certificate), key: this.#read(key) }
  }

  #extensions(text: string): readonly string[] {
    const file = `${this.#issued}.extensions`
    writeFileSync(join(this.#folder, file), `${text}\n`)
    return ['-extfile', file]
  }

  #openssl(...parameters: readonly string[]): void {
    execFileSync('openssl', parameters, { cwd: this.#folder, stdio: 'pipe' })
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8')
  }
}

function newKey(file: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file]
}
