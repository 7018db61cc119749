import { chosenMac, type ResultCase, resultsContract } from '#test/contract/results.ts'
import { bridge } from '#test/lab/config-builders.ts'

const subnet = '10.7.0.0/24'
const gateway = { isGateway: true }
const dualStack = { ranges: [[{ subnet }], [{ subnet: 'fd00:7::/64' }]] }

const cases: Record<string, ResultCase> = {
  'no ipam': [undefined, {}],
  'no ipam with a hardware address': [undefined, { runtimeConfig: { mac: chosenMac } }],
  'a hardware address in args': [{ subnet }, { args: { cni: { mac: chosenMac } } }],
  'an address': [{ subnet }, {}],
  'an address with its gateway': [{ subnet, gateway: '10.7.0.254' }, gateway],
  'a gateway': [{ subnet }, gateway],
  'a default gateway': [{ subnet }, { isDefaultGateway: true }],
  'a default gateway where a route goes there': [
    { subnet, routes: [{ dst: '0.0.0.0/0', gw: '10.7.0.9' }] },
    { isDefaultGateway: true },
  ],
  'default gateways of both families': [dualStack, { isDefaultGateway: true }],
  'routes of both families': [
    { ...dualStack, routes: [{ dst: '10.9.0.0/16' }, { dst: 'fd00:9::/64', gw: 'fd00:7::9' }] },
    gateway,
  ],
  'a name server': [{ subnet }, { dns: { nameservers: ['10.1.1.1'], domain: 'a.org' } }],
  'an mtu': [{ subnet }, { mtu: 1400 }],
  'keys in other cases': [{ SUBNET: subnet }, { isgateway: true, HairpinMode: true }],
  'hairpin and promiscuous mode': [{ subnet }, { hairpinMode: true, promiscMode: true }],
  'a VLAN that is none': [{ subnet }, { vlan: 5000 }],
  'no ranges': [{}, {}],
}

resultsContract({
  config: bridge,
  cases,
  tidyUp(host) {
    if (host.findLink('br0') !== undefined) host.ip('link', 'delete', 'br0')
  },
})
