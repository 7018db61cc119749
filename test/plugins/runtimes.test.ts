import {
  hasLink,
  loIsUp,
  loopback,
  type RuntimeSubject,
  runtimesContract,
} from '#test/contract/runtimes.ts'
import {
  type Config,
  hostDevice,
  macvlan,
  ptp,
  tap,
  uniqueNetwork,
} from '#test/lab/config-builders.ts'
import type { Lab } from '#test/lab/lab.ts'

// A new type is a line here, or in test/vm/runtimes.test.ts.
const subjects: readonly RuntimeSubject[] = [
  { type: 'macvlan', config: macvlan, hasAddresses: true, isThere: hasLink },
  { type: 'bridge', config: bridge, hasAddresses: true, isThere: hasLink },
  {
    type: 'ptp',
    config: (more) => ptp({ ipMasq: true, ...more }),
    hasAddresses: true,
    isThere: hasLink,
  },
  { type: 'tap', config: tap, hasAddresses: true, isThere: hasLink },
  { type: 'host-device', config: eth0, hasAddresses: true, isThere: hasLink },
  { type: 'loopback', config: loopback, hasAddresses: false, isThere: loIsUp },
]

/** As podman makes one. */
function bridge(more: Config): Config {
  const gateway = { bridge: 'cni-podman0', isGateway: true, ipMasq: true, hairpinMode: true }
  return { cniVersion: '1.0.0', name: uniqueNetwork(), type: 'bridge', ...gateway, ...more }
}

function eth0(more: Config, lab: Lab): Config {
  return hostDevice(lab.deviceDir(), { device: 'eth0', ...more })
}

for (const subject of subjects) runtimesContract(subject)
