import { type ResultCase, resultsContract } from '#test/contract/results.ts'
import { ptp } from '#test/lab/config-builders.ts'

const subnet = '10.7.0.0/24'

const cases: Record<string, ResultCase> = {
  'no ipam': [undefined, {}],
  'an address': [{ subnet }, {}],
  'an address with its gateway, and routes': [
    {
      subnet,
      gateway: '10.7.0.254',
      routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16', gw: '10.7.0.9' }],
    },
    { dns: { nameservers: ['10.1.1.1'], domain: 'a.org' } },
  ],
  'both families, masqueraded': [
    {
      ranges: [[{ subnet }], [{ subnet: 'fd00:7::/64' }]],
      routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
    },
    { ipMasq: true, mtu: 1400 },
  ],
  'keys in other cases': [{ SUBNET: subnet }, { IPMASQ: true, Mtu: 1300 }],
  'no ranges': [{}, {}],
}

resultsContract({ config: ptp, cases })
