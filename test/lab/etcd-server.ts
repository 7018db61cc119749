/** etcd: one member of a cluster, or the only one. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Identity } from './certificates.ts'
import { runSync } from './command.ts'
import type { LabNamespace } from './namespace.ts'
import { ownAddress } from './own-address.ts'
import { Service } from './service.ts'
import type { Workshop } from './workshop.ts'

/** Where script/bootstrap unpacks the programs. */
const programs = fileURLToPath(new URL('../../.cache/etcd/usr/bin/', import.meta.url))

/** What TLS of a server takes. */
export interface EtcdTls {
  /** The path of the certificate of the authority that clients and peers are certified by. */
  readonly authority: string
  readonly identity: Identity
}

export interface EtcdMemberRequest {
  readonly name: string
  /** Where clients find it: `http://127.0.0.1:2379`. */
  readonly clientUrl: string
  readonly peerUrl: string
  /** Of all members, `name=peerUrl` each; of this one alone when absent. */
  readonly cluster?: string
  readonly tls?: EtcdTls
  /** The namespace it is in; the test's own when absent. */
  readonly space?: LabNamespace
  readonly flags?: readonly string[]
}

/** A server, which ends with the test, and what it knows with the lab's folder. */
export class EtcdMember {
  readonly name: string
  readonly clientUrl: string
  readonly #request: EtcdMemberRequest
  readonly #folder: string
  readonly #service: Service

  constructor(workshop: Workshop, request: EtcdMemberRequest) {
    this.name = request.name
    this.clientUrl = request.clientUrl
    this.#request = request
    this.#folder = join(workshop.folder, `etcd-${request.name}`)
    this.#service = new Service(workshop, `etcd ${request.name}`)
  }

  /** Serves, with what it knew before, when this returns: not before most of the cluster does. */
  async start(): Promise<void> {
    const { space } = this.#request
    const own = [join(programs, 'etcd'), ...this.#flags()]
    const command = space === undefined ? own : space.inside(...own)
    const lines = this.#service.log.fromNow()
    await this.#service.start({ command }, () => lines.waitFor(/"serving client traffic /))
  }

  /** Ends it without a chance to do anything. */
  async kill(): Promise<void> {
    await this.#service.end('SIGKILL')
  }

  /** Does nothing more, until `resume`; the kernel still takes what is sent to it. */
  pause(): void {
    this.#service.signal('SIGSTOP')
  }

  resume(): void {
    this.#service.signal('SIGCONT')
  }

  #flags(): readonly string[] {
    const { name, clientUrl, peerUrl, cluster = `${name}=${peerUrl}`, flags = [] } = this.#request
    return [
      ...['--name', name, '--data-dir', this.#folder],
      ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
      ...['--initial-cluster', cluster, '--unsafe-no-fsync', '--bcrypt-cost', '4'],
      ...['--logger', 'zap', '--log-outputs', 'stderr', ...this.#tlsFlags(), ...flags],
    ]
  }

  #tlsFlags(): readonly string[] {
    const { tls } = this.#request
    if (tls === undefined) return []
    const { authority, identity } = tls
    return ['', 'peer-'].flatMap((side) => [
      ...[`--${side}client-cert-auth`, `--${side}trusted-ca-file`, authority],
      ...[`--${side}cert-file`, identity.certificate, `--${side}key-file`, identity.key],
    ])
  }
}

/** Nobody else wants to lead, so there is nothing to wait for. */
const haste = ['--heartbeat-interval', '50', '--election-timeout', '500']

/** An etcd of one member on the loopback. */
export interface SingleEtcd {
  readonly member: EtcdMember
  readonly place: { readonly address: string; readonly port: number }
  readonly clientUrl: string
}

/** Starts an etcd that is alone; it serves when this returns. */
export async function startEtcd(
  workshop: Workshop,
  options: Pick<EtcdMemberRequest, 'tls' | 'flags' | 'space'> = {},
): Promise<SingleEtcd> {
  const scheme = options.tls === undefined ? 'http' : 'https'
  const [place, peerPlace] = [ownAddress(), ownAddress()]
  const clientUrl = `${scheme}://${place.address}:${place.port}`
  const peerUrl = `${scheme}://${peerPlace.address}:${peerPlace.port}`
  const name = `on-${place.port}`
  const flags = [...haste, ...(options.flags ?? [])]
  const member = new EtcdMember(workshop, { name, clientUrl, peerUrl, ...options, flags })
  await member.start()
  return { member, place, clientUrl }
}

/** How etcdctl gets at a cluster. */
export interface EtcdctlAccess {
  readonly endpoints: readonly string[]
  /** `name:password` */
  readonly user?: string
  /** With the client's identity. */
  readonly tls?: EtcdTls
  readonly space?: LabNamespace
}

/** Runs etcdctl, which knows etcd in its own way, and returns what it prints. */
export function etcdctl(
  { endpoints, user, tls, space }: EtcdctlAccess,
  ...parameters: readonly string[]
): string {
  const options = [
    ...[`--endpoints=${endpoints.join()}`, '--command-timeout=30s', '--dial-timeout=30s'],
    ...(user === undefined ? [] : ['--user', user]),
    ...(tls === undefined ? [] : ['--cacert', tls.authority]),
    ...(tls === undefined ? [] : ['--cert', tls.identity.certificate, '--key', tls.identity.key]),
  ]
  const own = ['env', 'ETCDCTL_API=3', join(programs, 'etcdctl'), ...options, ...parameters]
  return runSync(space === undefined ? own : space.inside(...own))
}

interface PrintedEntries {
  readonly kvs?: readonly { readonly key: string; readonly value?: string }[]
}

/** All keys that begin with a text, and their values, as etcdctl reads them. */
export function etcdEntries(access: EtcdctlAccess, prefix: string): ReadonlyMap<string, string> {
  const read = etcdctl(access, 'get', '--prefix', prefix, '--write-out=json')
  const { kvs = [] }: PrintedEntries = JSON.parse(read)
  const text = (encoded = '') => Buffer.from(encoded, 'base64').toString()
  return new Map(kvs.map(({ key, value }) => [text(key), text(value)]))
}
