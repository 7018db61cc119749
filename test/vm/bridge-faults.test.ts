/** The bridge plugin with VLANs when calls to kernel and host fail. */

import { bridge as plugin } from '#plugins/bridge/plugin.ts'
import { faultContract } from '#test/contract/plugin-faults.ts'
import { bridge } from '#test/lab/config-builders.ts'

faultContract({
  plugin: { type: 'bridge', load: async () => plugin },
  title: 'as the gateway of a VLAN',
  prepare: () => ({
    ...bridge({ isDefaultGateway: true, vlan: 100, vlanTrunk: [{ id: 200 }], portIsolation: true }),
  }),
})
