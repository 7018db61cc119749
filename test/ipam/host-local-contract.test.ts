import { hostLocal } from '#ipam/host-local/plugin.ts'
import { poolContract } from '#test/contract/ipam.ts'
import { hostLocals, IpamNetwork } from '#test/lab/ipam-network.ts'

poolContract({
  plugin: { type: hostLocals.ours, load: async () => hostLocal },
  network: (lab, families) => {
    const second = families === 'both' ? [[{ subnet: 'fd00:7::/120' }]] : []
    const ranges = [[{ subnet: '10.7.0.0/29' }], ...second]
    return new IpamNetwork(lab, { ranges }, { cniVersion: '1.1.0' })
  },
  taken: (lab, network) => lab.takenAddresses(network),
})
