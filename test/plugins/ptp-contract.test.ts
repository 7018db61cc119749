import { ptp } from '#plugins/ptp/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'
import { hostLocalOf } from '#test/lab/config-builders.ts'

const plugin = { type: 'ptp', load: async () => ptp }
const config = { cniVersion: '1.1.0', name: 'contract', type: 'ptp' }
const masquerading = { ...config, ipMasq: true }

pluginContract({ plugin, kind: 'veth', needsIpam: true, prepare: () => config })

faultContract({ plugin, title: 'with an address', prepare: () => config })

faultContract({
  plugin,
  title: 'with both families and masquerading by nftables',
  prepare: (lab) => ({
    ...masquerading,
    ipMasqBackend: 'nftables',
    ipam: hostLocalOf(lab.dataDir(), '10.5.0.0/24', 'fd00:5::/64'),
  }),
})

faultContract({
  plugin,
  title: 'with masquerading by iptables',
  prepare: () => ({ ...masquerading, ipMasqBackend: 'iptables' }),
})
