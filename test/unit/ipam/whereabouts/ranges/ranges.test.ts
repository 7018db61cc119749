import { expect, test } from 'vitest'
import { formatIpRange } from '#ip/range.ts'
import { readAllocationConfig } from '#ipam/whereabouts/config.ts'
import { Network } from '#test/unit/ipam/whereabouts/network.ts'

function read(ipam: object) {
  return readAllocationConfig(new Network(ipam).call('ADD'))
}

/** What is given of each range, in order: `10.0.0.1-10.0.0.254`. */
async function givenOf(ipam: object): Promise<readonly string[]> {
  const { ranges } = await read(ipam)
  return ranges.map(({ parts }) => parts.map(formatIpRange).join(','))
}

test.each<[string, object, readonly string[]]>([
  ['a network', { range: '10.0.0.0/24' }, ['10.0.0.1-10.0.0.254']],
  ['a network with host bits', { range: '192.168.2.225/28' }, ['192.168.2.225-192.168.2.238']],
  ['a start and an end', { range: '10.0.0.8-10.0.0.20/24' }, ['10.0.0.8-10.0.0.20']],
  [
    'a start and an end, whatever the other keys say',
    { range: '10.0.0.8-10.0.0.20/24', range_start: '10.0.0.9', range_end: '10.0.0.99' },
    ['10.0.0.8-10.0.0.20'],
  ],
  [
    'keys for start and end',
    { range: '10.0.0.0/24', range_start: '10.0.0.10', range_end: '10.0.0.20' },
    ['10.0.0.10-10.0.0.20'],
  ],
  [
    'the network’s own first and last address as start and end',
    { range: '10.0.0.0/24', range_start: '10.0.0.0', range_end: '10.0.0.255' },
    ['10.0.0.1-10.0.0.254'],
  ],
  ['an IPv6 network', { range: 'fd00::/126' }, ['fd00::1-fd00::2']],
  [
    'several, the one in ipam first',
    {
      ipRanges: [
        { range: 'fd00::/120', range_start: 'fd00::10' },
        { range: '10.2.0.0/30', exclude: ['10.2.0.1'] },
      ],
      range: '10.1.0.0/30',
    },
    ['10.1.0.1-10.1.0.2', 'fd00::10-fd00::fe', '10.2.0.2-10.2.0.2'],
  ],
  ['none', {}, []],
  [
    'the one of OpenShift’s documentation',
    {
      range: '192.168.12.0/24',
      range_start: '192.168.12.10',
      range_end: '192.168.12.200',
      exclude: ['192.168.12.1/32', '192.168.12.254/32'],
    },
    ['192.168.12.10-192.168.12.200'],
  ],
  [
    'the one of Antrea’s cookbook',
    {
      range: '192.168.78.0/24',
      exclude: [
        '192.168.78.0/25',
        '192.168.78.128/26',
        '192.168.78.192/29',
        '192.168.78.250/31',
        '192.168.78.252/30',
      ],
    },
    ['192.168.78.200-192.168.78.249'],
  ],
  [
    'excluded parts that overlap, and some of other networks',
    { range: '10.0.0.0/28', exclude: ['10.0.0.4/30', '10.0.0.6', '10.9.0.0/16', 'fd00::/8'] },
    ['10.0.0.1-10.0.0.3,10.0.0.8-10.0.0.14'],
  ],
])('reads a range: %s', async (_, ipam, expected) => {
  expect(await givenOf(ipam)).toEqual(expected)
})

test.each<[object, string]>([
  [
    { range: '10.0.0/24' },
    'ipam.range: expected a range such as 10.0.0.0/24 or 10.0.0.10-10.0.0.20/24, found "10.0.0/24"',
  ],
  [{ ipRanges: [{}] }, 'ipam.ipRanges[0].range: expected a range such as'],
  [{ range: '10.0.0.0/31' }, 'ipam.range: expected a range of four addresses or more'],
  [
    { range: '10.1.0.9-10.0.0.20/24' },
    'ipam.range: expected a range that starts with an address in 10.0.0.0/24',
  ],
  [{ range: '10.0.0.9-10.0.0.8/24' }, 'ipam.range: expected a range that ends after its start'],
  [
    { range: '10.0.0.0/24', range_start: '10.0.1.1' },
    'ipam.range_start: expected an address in 10.0.0.0/24, found "10.0.1.1"',
  ],
  [
    { range: '10.0.0.0/24', range_start: '10.0.0.20', range_end: '10.0.0.10' },
    'ipam.range_end: expected an address from 10.0.0.20 on, found "10.0.0.10"',
  ],
  [
    { range: '10.0.0.0/24', range_start: '10.0.0.255' },
    'ipam.range_start: expected an address up to 10.0.0.254, found "10.0.0.255"',
  ],
  [
    { range: '10.0.0.0/24', exclude: ['10.0.0.1', '10.0.0.300'] },
    'ipam.exclude[1]: expected a prefix such as 10.0.0.128/25, or an address, found "10.0.0.300"',
  ],
  [
    { range: '10.0.0.0/30', exclude: ['10.0.0.0/24'] },
    'ipam.exclude: expected entries that leave an address of 10.0.0.1-10.0.0.2 to give',
  ],
  [
    { range: '10.0.0.0/24', network_name: '../up' },
    'ipam.network_name: expected up to 63 lower-case letters, digits, hyphens and dots, found "../up"',
  ],
  [{ dataDir: 'here' }, 'ipam.dataDir: expected an absolute path, found "here"'],
  [
    { datastore: 'kubernetes' },
    'ipam.kubernetes.kubeconfig: expected the path of a kubeconfig file',
  ],
  [{ datastore: 'etcd' }, 'ipam.etcd_host: expected endpoints such as https://10.0.0.1:2379'],
  [{ datastore: 'etcd', etcd_host: 'a b' }, 'ipam.etcd_host: expected endpoints such as'],
  [
    { datastore: 'etcd', etcd_host: 'a', etcd_key_file: '/k' },
    'ipam.etcd_cert_file: expected the other file of the pair, found nothing',
  ],
  [
    { datastore: 'etcd', etcd_host: 'a', etcd_password: 'x' },
    'ipam.etcd_username: expected the name that the password is for, found nothing',
  ],
  [
    { addresses: [{ address: '10.0.0.1' }] },
    'ipam.addresses[0].address: expected an address in CIDR notation',
  ],
])('refuses %j', async (ipam, message) => {
  await expect(read(ipam)).rejects.toThrow(message)
})

test('gives a range its own gateway, else the common one if that is of its family', async () => {
  const { ranges } = await read({
    gateway: '10.0.0.1',
    range: '10.0.0.0/24',
    ipRanges: [{ range: 'fd00::/64' }, { range: 'fd01::/64', gateway: 'fd01::1' }],
  })
  expect(ranges.map(({ gateway }) => gateway?.toString())).toEqual([
    '10.0.0.1',
    undefined,
    'fd01::1',
  ])
})
