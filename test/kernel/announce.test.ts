import { expect, vi } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import type { Namespace } from '#kernel/kernel.ts'
import { type Capture, capture } from '#test/lab/capture.ts'
import { test } from '#test/lab/kernel.ts'
import type { Lab } from '#test/lab/lab.ts'
import type { LabNamespace } from '#test/lab/namespace.ts'

const mac = '02:00:5e:10:00:01'

interface Scene {
  readonly space: Namespace
  /** The index of eth0 there. */
  readonly link: number
  /** What arrives at the other end of its cable. */
  readonly seen: Capture
}

async function listen(
  lab: Lab,
  open: (space: LabNamespace) => Namespace,
  filter: string,
): Promise<Scene> {
  const host = lab.host()
  const far = lab.cable(host, 'eth0')
  host.ip('link', 'set', 'eth0', 'address', mac)
  const seen = await capture(far, 'far0', filter)
  lab.afterwards(() => seen.stop())
  const space = open(host)
  return { space, link: space.link('eth0').index, seen }
}

/** The bytes of the first frame that arrived, in hexadecimal. */
async function firstFrame(seen: Capture, length: number): Promise<string> {
  let digits = ''
  for (let offset = 0; offset < length; offset += 16) {
    const place = `0x${offset.toString(16).padStart(4, '0')}:`
    const line = await seen.waitFor(new RegExp(place))
    digits += line.slice(line.indexOf(place) + place.length).replaceAll(' ', '')
  }
  return digits
}

test('announces an IPv4 address with a gratuitous ARP request', async ({ lab, open }) => {
  const { space, link, seen } = await listen(lab, open, 'arp')
  space.announceAddress(link, parseIpAddress('10.1.2.3'))
  expect(await firstFrame(seen, 42)).toBe(
    [
      'ffffffffffff02005e1000010806', // to everybody, from eth0, ARP
      '0001080006040001', // Ethernet, IPv4, 6 and 4 bytes, request
      '02005e1000010a010203', // sender: eth0, 10.1.2.3
      '0000000000000a010203', // target: nobody yet, 10.1.2.3
    ].join(''),
  )
})

test('announces an IPv6 address with an unsolicited neighbour advertisement', async ({
  lab,
  open,
}) => {
  const { space, link, seen } = await listen(lab, open, 'icmp6 and ip6[40] == 136')
  space.announceAddress(link, parseIpAddress('fd00:1::2'))
  expect(await firstFrame(seen, 86)).toBe(
    [
      '33330000000102005e10000186dd', // to all nodes, from eth0, IPv6
      '6000000000203aff', // 32 bytes of ICMPv6, hop limit 255
      'fd000001000000000000000000000002', // from fd00:1::2
      'ff020000000000000000000000000001', // to ff02::1
      '8800fc8620000000', // neighbour advertisement, checksum, override
      'fd000001000000000000000000000002', // target fd00:1::2
      '020102005e100001', // option: its hardware address
    ].join(''),
  )
})

test.for(['10.1.2.3', 'fd00:1::2'])(
  'who had another hardware address for %s learns the new one',
  (text, { lab, open }) => {
    const host = lab.host()
    const far = lab.cable(host, 'eth0')
    far.ip('address', 'add', '10.1.2.1/24', 'dev', 'far0')
    const old = [text, 'lladdr', '02:00:5e:99:99:99', 'dev', 'far0', 'nud', 'stale']
    far.ip('neighbour', 'add', ...old)
    const space = open(host)
    const { index, mac: current } = space.link('eth0')
    space.announceAddress(index, parseIpAddress(text))
    // A veth hands the frame over before the call returns, or just after it.
    const known = (): unknown => JSON.parse(far.ip('-j', 'neighbour', 'show', text))
    return vi.waitFor(() => expect(known()).toMatchObject([{ lladdr: current }]), { timeout: 5000 })
  },
)

test('refuses a link that is not there, and one that is down', ({ space }) => {
  const address = parseIpAddress('10.1.2.3')
  const { index } = space.createLink({ kind: 'bridge', name: 'br0' })
  expect(() => space.announceAddress(999, address)).toThrow(
    `announce address 10.1.2.3 on link 999 in ${space.path}: ENODEV no such device`,
  )
  expect(() => space.announceAddress(index, address)).toThrow('ENETDOWN network is down')
})

test('refuses a link that has no hardware address', ({ space, witness }) => {
  witness.ip('tuntap', 'add', 'dev', 'tun0', 'mode', 'tun')
  const { index } = space.link('tun0')
  expect(() => space.announceAddress(index, parseIpAddress('10.1.2.3'))).toThrow(
    'EOPNOTSUPP operation not supported — the link has no hardware address',
  )
})
