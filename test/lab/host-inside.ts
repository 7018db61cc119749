/** This machine's host port, as a process in another network namespace has it. */

import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Host, ProcessRequest } from '#host/host.ts'
import { nodeHost } from '#host/node.ts'
import type { LabNamespace } from './namespace.ts'

export interface HostInside {
  readonly host: Host
  /** The path of every program run so far. */
  readonly runs: readonly string[]
}

/** Programs, found in `folder` alone, run in `space`; what is below /proc/net is that of `space`. */
export function hostInside(space: LabNamespace, folder: string): HostInside {
  const runs: string[] = []
  const host = nodeHost()
  const environment = { ...process.env, PATH: folder } as Record<string, string>
  const run = (request: ProcessRequest) => {
    runs.push(request.path)
    const [, ...inside] = space.inside(request.path, ...(request.arguments ?? []))
    return host.processes.run({ ...request, path: '/usr/bin/nsenter', arguments: inside })
  }
  const findText = async (path: string) => {
    if (!path.startsWith('/proc/net/')) return host.files.findText(path)
    const listed = space
      .run('ls', '/proc/net')
      .split('\n')
      .map((name) => `/proc/net/${name}`)
    return listed.includes(path) ? space.run('cat', path) : undefined
  }
  return {
    runs,
    host: {
      ...host,
      environment: { get: (name) => environment[name], all: () => environment },
      files: new Proxy(host.files, {
        get: (files, key) => (key === 'findText' ? findText : bound(files, key)),
      }),
      processes: { ...host.processes, run },
    },
  }
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target)
  return typeof value === 'function' ? value.bind(target) : value
}

/** The two that go by the name of iptables, and the programs that are either. */
const iptablesPrograms = { nft: 'xtables-nft-multi', legacy: 'xtables-legacy-multi' } as const
export type IptablesVariant = keyof typeof iptablesPrograms

/** Puts iptables of one variant into a folder: the programs of IPv4, or of both families. */
export function installIptables(
  folder: string,
  variant: IptablesVariant,
  names: readonly string[] = ['iptables', 'ip6tables'],
): void {
  for (const name of names.flatMap((one) => [one, `${one}-restore`])) {
    symlinkSync(`/usr/sbin/${iptablesPrograms[variant]}`, join(folder, name))
  }
}
