/** What iproute2 says of links. */

import { succeed } from './runner.ts'

export interface WitnessedLink {
  readonly mac: string
  readonly kind: string
  readonly mode: string | undefined
  readonly isUp: boolean
  /** The IPv4 addresses. */
  readonly addresses: readonly string[]
}

interface WitnessedAddress {
  readonly family: string
  readonly local: string
  readonly prefixlen: number
  readonly broadcast?: string
}

/** The command that runs a command in a namespace. */
export function inside(space: string): readonly string[] {
  return ['nsenter', `--net=/run/netns/${space}`]
}

/** What `ip` answers in a namespace. */
export function ipJson(space: string, parameters: readonly string[]) {
  return JSON.parse(succeed(['ip', '-n', space, '-json', '-details', ...parameters]))
}

export function witnessedLink(space: string, name: string): WitnessedLink {
  const [{ address, flags, linkinfo, addr_info }] = ipJson(space, ['address', 'show', 'dev', name])
  return {
    mac: address,
    kind: linkinfo.info_kind,
    mode: linkinfo.info_data?.mode,
    isUp: flags.includes('UP'),
    addresses: addr_info
      .filter(({ family }: WitnessedAddress) => family === 'inet')
      .map(formatAddress),
  }
}

function formatAddress({ local, prefixlen, broadcast }: WitnessedAddress): string {
  return `${local}/${prefixlen}${broadcast === undefined ? '' : ` brd ${broadcast}`}`
}
