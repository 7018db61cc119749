/** The entries of a kubeconfig file: clusters, users and contexts. */

import { optionalText } from '#cni/result-parts.ts'
import { flag, nonEmptyText } from '#schema/fields.ts'
import {
  fields,
  mismatch,
  type OptionalSchema,
  optional,
  type Schema,
  withDefault,
} from '#schema/schema.ts'

/** Where a cluster's API is. */
export interface ServerAddress {
  /** `https://10.96.0.1:443` */
  readonly origin: string
  /** What the path of every request begins with; of most clusters nothing. */
  readonly basePath: string
}

export interface ClusterEntry {
  readonly server: ServerAddress
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify': boolean
  readonly 'tls-server-name'?: string
}

export const clusterEntry: Schema<ClusterEntry> = fields({
  server: serverAddress(),
  'certificate-authority': optionalText(),
  'certificate-authority-data': optionalText(),
  'insecure-skip-tls-verify': withDefault(flag(), false),
  'tls-server-name': optionalText(),
  'proxy-url': refused('no proxy: the API is asked directly'),
})

export interface UserEntry {
  readonly token?: string
  readonly tokenFile?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
}

const others = 'give a token, a tokenFile or a client-certificate'

export const userEntry: Schema<UserEntry> = fields({
  token: optionalText(),
  tokenFile: optionalText(),
  'client-certificate': optionalText(),
  'client-certificate-data': optionalText(),
  'client-key': optionalText(),
  'client-key-data': optionalText(),
  exec: refused(`no program that is asked for credentials: ${others}`),
  'auth-provider': refused(`no provider of credentials: ${others}`),
  username: refused(`no name with a password: ${others}`),
  as: refused('no other user: nobody is impersonated'),
})

export interface ContextEntry {
  readonly cluster: string
  readonly user: string
  readonly namespace?: string
}

export const contextEntry: Schema<ContextEntry> = fields({
  cluster: nonEmptyText(),
  user: nonEmptyText(),
  namespace: optionalText(),
})

/** A key that means something which cannot be done, and must not be passed over. */
function refused(instead: string): OptionalSchema<undefined> {
  return optional({
    emptyIsAbsent: true,
    read: (value, position) => {
      throw mismatch(position, instead, value)
    },
  })
}

const largestPort = 2 ** 16 - 1
const defaultPorts = { https: 443, http: 80 } as const

function serverAddress(): Schema<ServerAddress> {
  return {
    read: (value, position) => {
      const found = typeof value === 'string' ? findServerAddress(value) : undefined
      if (found === undefined)
        throw mismatch(position, 'a URL such as https://10.0.0.1:6443', value)
      return found
    },
  }
}

function findServerAddress(url: string): ServerAddress | undefined {
  const pattern = /^(https?):\/\/(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::([0-9]{1,5}))?(\/[!-~]*)?$/i
  const [, scheme = '', host, port, path = ''] = pattern.exec(url) ?? []
  if (host === undefined || Number(port) > largestPort || /[?#]/.test(path)) return undefined
  const isSecure = scheme.toLowerCase() === 'https'
  const protocol = isSecure ? 'https' : 'http'
  return {
    origin: `${protocol}://${host}:${port ?? defaultPorts[protocol]}`,
    basePath: path.replace(/\/+$/, ''),
  }
}
