/** Plugins whose kinds of links not every kernel has, when calls to kernel and host fail. */

import { faultContract } from '#test/contract/plugin-faults.ts'
import { rarePlugins } from '#test/lab/rare-plugins.ts'

for (const { plugin, prepare } of Object.values(rarePlugins)) {
  faultContract({ plugin, title: 'with addresses', prepare })
}
