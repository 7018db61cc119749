/** Who a cluster's API has to be, and who we are to it. */

import { describeFound } from '#base/config-error.ts'
import type { TlsOptions } from '#host/http.ts'
import { mismatch, type Position } from '#schema/schema.ts'
import type { ClusterEntry, UserEntry } from './entries.ts'
import type { KubeconfigFiles } from './files.ts'
import { findPemInBase64, isPem } from './pem.ts'

/** An entry of a kubeconfig file, and where in it. */
export interface Placed<T> {
  readonly entry: T
  readonly position: Position
}

/** What TLS needs. @throws ConfigError */
export async function readTls(
  files: KubeconfigFiles,
  cluster: Placed<ClusterEntry>,
  user: Placed<UserEntry>,
): Promise<TlsOptions> {
  const { 'insecure-skip-tls-verify': isUnverified, 'tls-server-name': serverName } = cluster.entry
  const authorities = await readPem(files, cluster, 'certificate-authority')
  if (isUnverified && authorities !== undefined) {
    const position = [...cluster.position, 'insecure-skip-tls-verify']
    throw mismatch(position, 'false where there is a certificate-authority', isUnverified)
  }
  const identity = await readIdentity(files, user)
  return {
    ...(authorities !== undefined && { authorities }),
    ...(identity !== undefined && { identity }),
    ...(serverName !== undefined && { serverName }),
    ...(isUnverified && { isUnverified }),
  }
}

async function readIdentity(
  files: KubeconfigFiles,
  user: Placed<UserEntry>,
): Promise<TlsOptions['identity']> {
  const certificate = await readPem(files, user, 'client-certificate')
  const key = await readPem(files, user, 'client-key')
  if (certificate === undefined && key === undefined) return undefined
  if (certificate !== undefined && key !== undefined) return { certificate, key }
  const missing = key === undefined ? 'client-key' : 'client-certificate'
  throw mismatch([...user.position, missing], 'the other half of a pair', undefined)
}

/** Of both forms of a key, `-data` counts, as in the clients of Kubernetes. */
async function readPem<K extends string>(
  files: KubeconfigFiles,
  { entry, position }: Placed<{ readonly [key in K | `${K}-data`]?: string }>,
  key: K,
): Promise<string | undefined> {
  const data: string | undefined = entry[`${key}-data`]
  if (data !== undefined) {
    const pem = findPemInBase64(data)
    if (pem === undefined) throw mismatch([...position, `${key}-data`], 'PEM in base64', data)
    return pem
  }
  const name: string | undefined = entry[key]
  if (name === undefined) return undefined
  const pem = await files.read(name, [...position, key])
  if (!isPem(pem)) throw mismatch([...position, key], `PEM in ${describeFound(name)}`, undefined)
  return pem
}

/** What a request says of who sends it. */
export interface Bearer {
  readonly token?: string
  /** What to do when the cluster does not know us: `renew the token in /path`. */
  readonly renewal: string
}

/** The token, if there is one. @throws ConfigError */
export async function readBearer(
  files: KubeconfigFiles,
  { entry, position }: Placed<UserEntry>,
): Promise<Bearer> {
  const { token, tokenFile, 'client-certificate': certificate } = entry
  // Of both forms the file counts, as in the clients of Kubernetes.
  if (tokenFile !== undefined) {
    const at = [...position, 'tokenFile']
    const renewal = `renew the token in ${files.pathOf(tokenFile)}`
    return { token: checkedToken(await files.read(tokenFile, at), at), renewal }
  }
  if (token !== undefined) {
    const renewal = `renew the token in ${files.path}`
    return { token: checkedToken(token, [...position, 'token']), renewal }
  }
  if (certificate !== undefined) {
    return { renewal: `renew the client certificate in ${files.pathOf(certificate)}` }
  }
  if (entry['client-certificate-data'] !== undefined) {
    return { renewal: `renew the client certificate in ${files.path}` }
  }
  return { renewal: `put a token in ${files.path}` }
}

/** It becomes part of a header, in which white space would end it. */
function checkedToken(text: string, position: Position): string {
  const token = text.trim()
  if (!/^[!-~]+$/.test(token)) throw mismatch(position, 'a token', undefined)
  return token
}
