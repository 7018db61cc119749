import { hostLocal } from '#ipam/host-local/plugin.ts'
import { poolContract } from '#test/contract/ipam.ts'

poolContract({
  plugin: { type: 'host-local', load: async () => hostLocal },
  ipam: (lab, families) => ({
    dataDir: lab.dataDir(),
    ranges: [
      [{ subnet: '10.7.0.0/29' }],
      ...(families === 'both' ? [[{ subnet: 'fd00:7::/120' }]] : []),
    ],
  }),
  taken: (lab, network) => lab.takenAddresses(network),
})
