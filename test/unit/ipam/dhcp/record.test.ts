import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { IpPrefix, parseIpPrefix } from '#ip/prefix.ts'
import { LeaseFolder } from '#ipam/dhcp/record/lease-folder.ts'
import type { LeaseKey } from '#ipam/dhcp/record/lease-order.ts'
import { decodeRecord, encodeRecord, type LeaseRecord } from '#ipam/dhcp/record/lease-record.ts'
import type { Lease6 } from '#ipam/dhcp/v6/lease/lease.ts'
import { FakeHost } from '#test/lab/fake-host.ts'
import { anyIpv4, anyMessage } from './arbitraries.ts'

const mac = parseMac('02:00:00:00:00:01')
const key: LeaseKey = { containerId: 'c1', network: 'net', ifName: 'eth0' }

function recordOf(changes: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    bootId: 'b1',
    order: {
      key,
      netns: '/run/netns/pod',
      families: [4, 6],
      duid: Uint8Array.of(0, 4, 255),
      options: { provided: new Map([[12, Uint8Array.of(0x70)]]), requested: [1, 3] },
      conflictProbe: { count: 2, intervalMs: 50 },
      wishes: { addressingOnly: false },
    },
    place: { sandbox: { device: 4, inode: 4026532000 }, mac, lower: 7 },
    isOwed: false,
    ...changes,
  }
}

const anyLease = fc
  .tuple(anyIpv4, fc.nat(32), anyMessage, fc.option(anyIpv4), fc.nat(1e9))
  .map(([address, length, message, server, sinceMs]) => ({
    address: new IpPrefix(address, length),
    ...(server && { server, serverMac: mac }),
    ...(sinceMs % 2 === 0 && { times: { renewalMs: 1.5, rebindingMs: 2.25, leaseMs: 3 } }),
    sinceMs: sinceMs / 7,
    options: message.options,
  }))

const lease6: Lease6 = {
  address: parseIpPrefix('fd00::5/128'),
  server: Uint8Array.of(0, 1, 2),
  serverAddress: parseIpAddress('fe80::1'),
  times: { renewalMs: 60_000, validMs: 120_000 },
  sinceMs: 7.25,
  options: new Map([[300, Uint8Array.of(1)]]),
}

test('a record is read as it was written', () => {
  fc.assert(
    fc.property(anyLease, fc.boolean(), (lease, isOwed) => {
      const record = recordOf({ lease, isOwed, ...(isOwed && { lease6 }) })
      expect(decodeRecord(encodeRecord(record))).toEqual(record)
    }),
  )
  const lost = recordOf()
  expect(decodeRecord(encodeRecord(lost))).toEqual(lost)
})

test.for([
  ['', 'expected JSON, found nothing'],
  ['{', 'expected JSON, found something else'],
  ['[]', 'expected an object'],
  ['{}', 'version: expected a whole number'],
  ['{"version":2}', 'version: expected a whole number from 1 to 1, found 2'],
] as const)('%j is no record', ([content, message]) => {
  expect(() => decodeRecord(content)).toThrow(message)
})

test.for([
  ['"c1"', '"../c1"', 'order.key.containerId: expected an identifier'],
  ['"net"', '"a/b"', 'order.key.network: expected an identifier'],
  ['"eth0"', '"e/0"', 'order.key.ifName: expected an interface name'],
  ['"/run/netns/pod"', '"pod"', 'order.netns: expected an absolute path'],
  ['"12"', '"256"', 'order.options.provided.256: expected the code of an option'],
  ['"70"', '"7"', 'order.options.provided.12: expected bytes as hexadecimal digits'],
] as const)('with %s as %s it is none either', ([from, to, message]) => {
  expect(() => decodeRecord(encodeRecord(recordOf()).replace(from, to))).toThrow(message)
})

test('a folder keeps a file for each lease, which only root may read', async () => {
  const host = new FakeHost()
  const folder = new LeaseFolder(host, '/run/cni/dhcp.sock')
  expect(await folder.readAll()).toEqual([])
  using _ = await folder.lock(0)
  const other = recordOf({ order: { ...recordOf().order, key: { ...key, ifName: 'eth1' } } })
  await folder.write(recordOf())
  await folder.write(other)
  await folder.write(recordOf({ isOwed: true }))
  host.files.put(`${folder.path}/broken.json`, '{')
  host.files.put(`${folder.path}/.new`, 'half of a')
  expect(await folder.find(key)).toEqual(recordOf({ isOwed: true }))
  const found = await folder.readAll()
  expect(found).toHaveLength(3)
  expect(found).toContainEqual(other)
  expect(found).toContainEqual({ path: `${folder.path}/broken.json`, error: expect.any(Error) })
  const path = Object.keys(host.files.snapshot()).find((name) => /[0-9a-f]{32}\.json$/.test(name))
  expect(host.files.modeOf(path ?? '')).toBe(0o600)
  await folder.remove(key)
  await folder.remove(key)
  expect(await folder.find(key)).toBeUndefined()
})
