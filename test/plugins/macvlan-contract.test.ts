import { macvlan } from '#plugins/macvlan/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'

pluginContract({
  plugin: { type: 'macvlan', load: async () => macvlan },
  kind: 'macvlan',
  prepare(lab, host) {
    lab.cable(host, 'eth0')
    return { cniVersion: '1.1.0', name: 'contract', type: 'macvlan', master: 'eth0' }
  },
})
