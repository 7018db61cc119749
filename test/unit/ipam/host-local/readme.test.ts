import { expect, test } from 'vitest'
import { readReadme } from '#test/lab/readme.ts'
import { Network } from './network.ts'

const { text, examples } = readReadme('ipam/host-local')

/** A network with an example for its configuration, after an ADD of container `8e2b6f6bf5a1`. */
async function networkOf(example: object) {
  const network = new Network(undefined)
  network.host.files.put('/etc/resolv.conf', 'nameserver 192.168.1.1\n')
  const { ips, dns } = await network.result({ containerId: '8e2b6f6bf5a1', keys: example })
  return { network, dns, addresses: ips.map(({ address, gateway }) => `${address} ${gateway}`) }
}

test('each example is a configuration that gives the addresses it promises', async () => {
  const added = await Promise.all(examples.map(networkOf))
  expect(added.map(({ addresses }) => addresses)).toEqual([
    ['192.168.1.200/24 192.168.1.1', '2001:db8:1::2/64 2001:db8:1::1'],
    ['10.1.10.200/24 10.1.10.1'],
  ])
  expect(added[0]?.dns.nameservers).toEqual(['192.168.1.1'])
})

test('the file that is shown is the one that the first example makes', async () => {
  const [, path = '', shown = ''] = /\n\$ cat -A (\S+)\n(.*?)\n```/s.exec(text) ?? []
  const [example = {}] = examples
  const { network } = await networkOf(example)
  // cat(1): a carriage return is shown as ^M, a line feed as $ at the end of its line.
  const content = network.host.files.snapshot()[path]
  expect(content?.replaceAll('\r', '^M').replaceAll('\n', '$\n')).toBe(shown)
})
