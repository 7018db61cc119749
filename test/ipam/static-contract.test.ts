import { staticIpam } from '#ipam/static/plugin.ts'
import { ipamContract } from '#test/contract/ipam.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'

ipamContract({
  plugin: { type: 'static', load: async () => staticIpam },
  network: (lab, families) => {
    const second = families === 'both' ? [{ address: 'fd00:7::2/120' }] : []
    const addresses = [{ address: '10.7.0.2/29', gateway: '10.7.0.1' }, ...second]
    return new IpamNetwork(lab, { type: 'static', addresses }, { cniVersion: '1.1.0' })
  },
})
