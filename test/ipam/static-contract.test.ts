import { staticIpam } from '#ipam/static/plugin.ts'
import { ipamContract } from '#test/contract/ipam.ts'

ipamContract({
  plugin: { type: 'static', load: async () => staticIpam },
  ipam: (_, families) => ({
    addresses: [
      { address: '10.7.0.2/29', gateway: '10.7.0.1' },
      ...(families === 'both' ? [{ address: 'fd00:7::2/120' }] : []),
    ],
  }),
})
