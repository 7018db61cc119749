/** Plugins whose kinds of links not every kernel has. */

import type { Plugin } from '#cni/plugin.ts'
import { dummy } from '#plugins/dummy/plugin.ts'
import { ipvlan } from '#plugins/ipvlan/plugin.ts'
import { vlan } from '#plugins/vlan/plugin.ts'
import type { PluginSubject } from '#test/contract/plugin.ts'
import * as builders from './config-builders.ts'

function subjectOf(plugin: Plugin, newConfig: () => builders.Config): PluginSubject {
  const { type } = plugin
  return {
    plugin: { type, load: async () => plugin },
    kind: type,
    needsIpam: true,
    prepare(lab, host) {
      if (plugin !== dummy) lab.cable(host, 'eth0')
      return newConfig()
    },
  }
}

export const rarePlugins: Readonly<Record<'ipvlan' | 'vlan' | 'dummy', PluginSubject>> = {
  ipvlan: subjectOf(ipvlan, builders.ipvlan),
  vlan: subjectOf(vlan, builders.vlan),
  dummy: subjectOf(dummy, builders.dummy),
}
