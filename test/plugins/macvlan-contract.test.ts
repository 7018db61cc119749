import { macvlan } from '#plugins/macvlan/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'
import type { Config } from '#test/lab/config-builders.ts'
import type { Lab } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

const plugin = { type: 'macvlan', load: async () => macvlan }

function prepare(lab: Lab, host: LabNamespace): Config {
  lab.cable(host, 'eth0')
  return { cniVersion: '1.1.0', name: 'contract', type: 'macvlan', master: 'eth0' }
}

pluginContract({ plugin, kind: 'macvlan', prepare })

faultContract({ plugin, title: 'with addresses', prepare })
