import { expect, test } from 'vitest'
import { type PtpConfig, readPtpConfig } from '#plugins/ptp/config.ts'
import { FakeWorld } from '#test/lab/fake-call.ts'

const ipam = { type: 'host-local' }

function read(config: object): PtpConfig {
  return readPtpConfig(new FakeWorld().call({ type: 'ptp', ipam, ...config }))
}

test('an empty configuration means a plain link', () => {
  expect(read({})).toEqual({
    masquerades: false,
    masqueradeBackend: undefined,
    mtu: 0,
    suppliesDns: false,
  })
})

test('every key is read, in any case', () => {
  const raw = { IPMASQ: true, ipMasqbackend: 'nftables', MTU: 1400, DNS: { Search: [] } }
  expect(read(raw)).toMatchObject({
    masquerades: true,
    masqueradeBackend: 'nftables',
    mtu: 1400,
    suppliesDns: true,
  })
})

test.for([
  [{ ipam: {} }, 'ipam.type: expected the name of an IPAM plugin, found nothing'],
  [{ ipMasq: 1 }, 'ipMasq: expected true or false, found 1'],
  [{ ipMasqBackend: 'pf' }, 'ipMasqBackend: expected one of iptables, nftables, found "pf"'],
  [{ mtu: 67 }, 'mtu: expected 0 or a whole number from 68 to 65535, found 67'],
] as const)('%j is refused, naming the key', ([raw, message]) => {
  expect(() => read(raw)).toThrow(message)
})
