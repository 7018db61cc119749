import { pluginContract } from '#test/contract/plugin.ts'
import { rarePlugins } from '#test/lab/rare-plugins.ts'

pluginContract(rarePlugins.vlan)
