import { tap } from '#plugins/tap/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'

const plugin = { type: 'tap', load: async () => tap }
const config = { cniVersion: '1.1.0', name: 'contract', type: 'tap' }

pluginContract({ plugin, kind: 'tun', prepare: () => config })

faultContract({
  plugin,
  title: 'for a user, as a port of a bridge',
  prepare: () => ({ ...config, owner: 107, multiQueue: true, mtu: 1400, bridge: 'br0' }),
  furnish: (pod) => pod.ip('link', 'add', 'br0', 'type', 'bridge'),
})
