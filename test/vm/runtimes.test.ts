import { hasLink, runtimesContract } from '#test/contract/runtimes.ts'
import { dummy, ipvlan, vlan } from '#test/lab/config-builders.ts'

const types = { ipvlan, vlan, dummy }

for (const [type, config] of Object.entries(types)) {
  const facts = { hasAddresses: true, isThere: hasLink, extent: 'essential' } as const
  runtimesContract({ type, config, ...facts })
}
