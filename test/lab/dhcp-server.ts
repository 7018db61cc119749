/** DHCP servers of others on a wire of the lab. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './lines.ts'
import type { LabNamespace } from './namespace.ts'
import { Service } from './service.ts'
import type { Workshop } from './workshop.ts'

/** What a server is, and what it tells its clients; what is absent it does not tell. */
export interface DhcpServerSettings {
  readonly address: string
  /** Of the network, a whole number of bytes. */
  readonly prefixLength: 16 | 24
  /** The first and the last address of its pool. */
  readonly pool: readonly [string, string]
  readonly leaseSeconds: number
  /** T1, option 58. dnsmasq takes no less than 3, or what is one less than T2. */
  readonly renewalSeconds?: number
  /** T2, option 59. */
  readonly rebindingSeconds?: number
  /** Addresses that are kept for hardware addresses. */
  readonly reservations?: Readonly<Record<string, string>>
  readonly router?: string
  readonly nameServers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly mtu?: number
  /** Pairs of a host and the router to it, option 33. */
  readonly staticRoutes?: readonly (readonly [string, string])[]
  /** Pairs of a prefix and the router to it, option 121. */
  readonly classlessRoutes?: readonly (readonly [string, string])[]
  /** Whether it gives addresses of IPv6, too, and announces itself as a router. dnsmasq alone does. */
  readonly hasIpv6?: boolean
}

/** A lease as the server's own file has it. */
export interface ServerLease {
  readonly address: string
  readonly mac: string
  /** Option 61 in hexadecimal digits. */
  readonly clientId: string
  readonly hostName: string
}

export type DhcpMessageType =
  | 'DHCPDISCOVER'
  | 'DHCPOFFER'
  | 'DHCPREQUEST'
  | 'DHCPACK'
  | 'DHCPNAK'
  | 'DHCPDECLINE'
  | 'DHCPRELEASE'

/** The files of a server. */
export interface DhcpServerFiles {
  readonly folder: string
  readonly config: string
  readonly leases: string
}

/** A program that serves. */
export interface DhcpServerKind {
  readonly name: string
  /** @param link the link it serves on */
  describe(settings: DhcpServerSettings, files: DhcpServerFiles, link: string): string
  command(files: DhcpServerFiles, link: string): readonly string[]
  /** The line it says when it serves. */
  readonly ready: RegExp
  /** What it logs of a message about an address; of no address in particular with `''`. */
  message(type: DhcpMessageType, address: string): RegExp
  /** The leases in its file that are not over. */
  readLeases(text: string): readonly ServerLease[]
}

/** The link of a wire that a server is on, as `lab.cable` names it. */
const link = 'far0'

const defaults: DhcpServerSettings = {
  address: '10.220.0.1',
  prefixLength: 24,
  pool: ['10.220.0.100', '10.220.0.150'],
  leaseSeconds: 120,
}

/** A server in a namespace of its own. It ends with the test, and what it knows with the lab's folder. */
export class DhcpServer {
  readonly space: LabNamespace
  readonly #kind: DhcpServerKind
  readonly #service: Service
  readonly #files: DhcpServerFiles
  #settings: DhcpServerSettings

  constructor(workshop: Workshop, space: LabNamespace, { kind, settings }: DhcpServerRequest) {
    this.space = space
    this.#kind = kind
    this.#settings = { ...defaults, ...settings }
    this.#service = new Service(workshop, kind.name)
    const folder = join(workshop.folder, space.name)
    mkdirSync(folder, { recursive: true })
    this.#files = { folder, config: join(folder, 'config'), leases: join(folder, 'leases') }
  }

  get settings(): DhcpServerSettings {
    return this.#settings
  }

  get log(): Log {
    return this.#service.log
  }

  /** Serves, with what it knew when it was stopped, when this returns. */
  async start(): Promise<void> {
    this.#address()
    writeFileSync(this.#files.config, this.#kind.describe(this.#settings, this.#files, link))
    writeFileSync(this.#files.leases, '', { flag: 'a' })
    const { log } = this.#service
    const lines = log.fromNow()
    const command = this.space.inside(...this.#kind.command(this.#files, link))
    await this.#service.start({ command }, () => lines.waitFor(this.#kind.ready))
  }

  /** Ends the program; its address stays. */
  async stop(): Promise<void> {
    await this.#service.end('SIGTERM')
  }

  /** Starts it again, as another one where settings change. */
  async restart(changes: Partial<DhcpServerSettings> = {}): Promise<void> {
    await this.stop()
    this.#settings = { ...this.#settings, ...changes }
    await this.start()
  }

  /** Forgets all leases; it has to be stopped. */
  forget(): void {
    rmSync(this.#files.leases, { force: true })
  }

  /** Says nothing more, until `speak`. */
  silence(): void {
    this.#service.signal('SIGSTOP')
  }

  speak(): void {
    this.#service.signal('SIGCONT')
  }

  /** What it logs of a message about an address; about any when absent. */
  message(type: DhcpMessageType, address = ''): RegExp {
    return this.#kind.message(type, address.replaceAll('.', '\\.'))
  }

  /** Waits until it has logged a message, or as many as `times` says. */
  async logged(type: DhcpMessageType, address?: string, times?: number): Promise<string> {
    return await this.log.waitFor(this.message(type, address), times)
  }

  /** The leases that it has on the disk, by address. */
  leases(): ReadonlyMap<string, ServerLease> {
    const { leases } = this.#files
    const read = existsSync(leases) ? this.#kind.readLeases(readFileSync(leases, 'utf8')) : []
    return new Map(read.map((lease) => [lease.address, lease]))
  }

  #address(): void {
    const { address, prefixLength, hasIpv6 = false } = this.#settings
    this.space.ip('-4', 'address', 'flush', 'dev', link)
    this.space.ip('address', 'add', `${address}/${prefixLength}`, 'dev', link)
    if (!hasIpv6) return
    this.space.ip('address', 'replace', `${ipv6.server}/64`, 'dev', link, 'nodad')
  }
}

/** `255.255.255.0` */
export function maskOf({ prefixLength }: DhcpServerSettings): string {
  return prefixLength === 16 ? '255.255.0.0' : '255.255.255.0'
}

/** The addresses of a server of IPv6, and of its pool. */
export const ipv6 = { server: 'fd00:220::1', pool: ['fd00:220::100', 'fd00:220::1ff'] } as const

export interface DhcpServerRequest {
  readonly kind: DhcpServerKind
  readonly settings?: Partial<DhcpServerSettings>
}

/** Starts a server at the far end of a cable; it serves when this returns. */
export async function startDhcpServer(
  workshop: Workshop,
  space: LabNamespace,
  request: DhcpServerRequest,
): Promise<DhcpServer> {
  const server = new DhcpServer(workshop, space, request)
  await server.start()
  return server
}
