import { bridge } from '#plugins/bridge/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'

const plugin = { type: 'bridge', load: async () => bridge }
const config = { cniVersion: '1.1.0', name: 'contract', type: 'bridge', bridge: 'br0' }

pluginContract({ plugin, kind: 'veth', prepare: () => config })

faultContract({ plugin, title: 'as a switch', prepare: () => config })

faultContract({
  plugin,
  title: 'as a gateway with a guard and masquerading by nftables',
  prepare: () => ({
    ...config,
    isDefaultGateway: true,
    ipMasq: true,
    ipMasqBackend: 'nftables',
    macspoofchk: true,
    promiscMode: true,
  }),
})

faultContract({
  plugin,
  title: 'with masquerading by iptables',
  prepare: () => ({
    ...config,
    isGateway: true,
    ipMasq: true,
    ipMasqBackend: 'iptables',
    hairpinMode: true,
  }),
})

faultContract({
  plugin,
  title: 'on a bridge with a foreign address',
  prepare(_, host) {
    host.ip('link', 'add', 'br0', 'type', 'bridge')
    host.ip('address', 'add', '10.99.0.1/24', 'dev', 'br0')
    return { ...config, isGateway: true, forceAddress: true }
  },
})
