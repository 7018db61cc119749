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

/** An ipvlan on `eth0`; `more` adds keys or overwrites them. */
export function ipvlan(more: Config = {}): Config {
  return { cniVersion: '1.1.0', name: uniqueNetwork(), type: 'ipvlan', master: 'eth0', ...more }
}

/** A link in VLAN 100 of `eth0`; `more` adds keys or overwrites them. */
export function vlan(more: Config = {}): Config {
  const keys = { type: 'vlan', master: 'eth0', vlanId: 100 }
  return { cniVersion: '1.1.0', name: uniqueNetwork(), ...keys, ...more }
}

/** A dummy; `more` adds keys or overwrites them. */
export function dummy(more: Config = {}): Config {
  return { cniVersion: '1.1.0', name: uniqueNetwork(), type: 'dummy', ...more }
}

/** A veth to the bridge `br0`; `more` adds keys or overwrites them. */
export function bridge(more: Config = {}): Config {
  return {
    cniVersion: '1.1.0',
    name: uniqueNetwork(),
    type: 'bridge',
    bridge: 'br0',
    ...more,
  }
}

/** A tap; `more` adds keys or overwrites them. */
export function tap(more: Config = {}): Config {
  return { cniVersion: '1.1.0', name: uniqueNetwork(), type: 'tap', ...more }
}

/** A link between a pod and its host, without the `ipam` that it needs; `more` adds keys. */
export function ptp(more: Config = {}): Config {
  return { cniVersion: '1.1.0', name: uniqueNetwork(), type: 'ptp', ...more }
}

/** The device `ens8`, with records in `dataDir`; `more` adds keys or overwrites them. */
export function hostDevice(dataDir: string, more: Config = {}): Config {
  return {
    cniVersion: '1.1.0',
    name: uniqueNetwork(),
    type: 'host-device',
    device: 'ens8',
    dataDir,
    ...more,
  }
}

/** The `ipam` section of host-local on one subnet, with its files in `dataDir`. */
export function hostLocal(dataDir: string, subnet: string, more: Config = {}): Config {
  return { type: 'host-local', dataDir, ranges: [[{ subnet }]], ...more }
}

/** The same with an address of each of several subnets. */
export function hostLocalOf(dataDir: string, ...subnets: readonly string[]): Config {
  return { type: 'host-local', dataDir, ranges: subnets.map((subnet) => [{ subnet }]) }
}

/** The `ipam` section of dhcp with the daemon on this socket; `more` adds keys. */
export function dhcpOf(daemon: { readonly socketPath: string }, more: Config = {}): Config {
  return { type: 'dhcp', daemonSocketPath: daemon.socketPath, ...more }
}
