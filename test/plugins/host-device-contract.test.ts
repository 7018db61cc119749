import { hostDevice } from '#plugins/host-device/plugin.ts'
import { pluginContract } from '#test/contract/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'
import { type Config, hostDevice as configOf } from '#test/lab/config-builders.ts'
import type { Lab } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

const plugin = { type: 'host-device', load: async () => hostDevice }

function prepare(lab: Lab, host: LabNamespace): Config {
  lab.cable(host, 'ens8')
  return configOf(lab.deviceDir(), { name: 'contract' })
}

pluginContract({ plugin, kind: 'veth', prepare })

faultContract({
  plugin,
  title: 'with everything that has to come back',
  leavesNothing: true,
  prepare(lab, host) {
    const config = prepare(lab, host)
    host.ip('link', 'add', 'br0', 'type', 'bridge')
    host.ip('link', 'set', 'ens8', 'master', 'br0', 'mtu', '1400', 'alias', 'my uplink')
    host.ip('address', 'add', '10.9.9.1/24', 'dev', 'ens8')
    host.ip('address', 'add', 'fd00:9::1/64', 'dev', 'ens8')
    return config
  },
})
