/** Complete, valid configurations; a test states only what it is about. */

export type Config = Readonly<Record<string, unknown>>

let networks = 0

/** A name no other network of this run has. */
export function uniqueNetwork(): string {
  networks += 1
  return `net-${process.pid}-${networks}`
}

/** A macvlan on `eth0`; `more` adds keys or overwrites them. */
export function macvlan(more: Config = {}): Config {
  return {
    cniVersion: '1.1.0',
    name: uniqueNetwork(),
    type: 'macvlan',
    master: 'eth0',
    mode: 'bridge',
    ...more,
  }
}

/** The `ipam` section of host-local on one subnet, with its files in `dataDir`. */
export function hostLocal(dataDir: string, subnet: string, more: Config = {}): Config {
  return { type: 'host-local', dataDir, ranges: [[{ subnet }]], ...more }
}
