import { expect, test, vi } from 'vitest'
import { parseIpAddress } from '#ip/address.ts'
import { parseMac } from '#ip/mac.ts'
import { LeaseTable } from '#ipam/dhcp/daemon/lease-table.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { FakeDaemon, podPath } from './fake-daemon.ts'

const acquisition = ['pod DHCPDISCOVER', 'pod DHCPREQUEST']

/** A daemon with a lease that the plugin has put on the link. */
async function bound(): Promise<FakeDaemon> {
  const daemon = new FakeDaemon()
  const { ips } = await daemon.during(daemon.table.allocate(daemon.order()))
  const link = daemon.pod.link('net1').index
  for (const { address } of ips) daemon.pod.addAddress({ link, prefix: address })
  expect(daemon.news()).toEqual(acquisition)
  return daemon
}

const addressesOf = ({ pod }: FakeDaemon) => pod.addresses.map(({ prefix }) => `${prefix}`)

test('an ADD brings the link up, and the lease is on disk before it is told', async () => {
  const daemon = new FakeDaemon()
  const assignment = await daemon.during(daemon.table.allocate(daemon.order()))
  expect(`${assignment.ips[0]?.address}`).toBe('10.1.2.3/24')
  expect(daemon.pod.link('net1').isUp).toBe(true)
  expect(await daemon.folder.find(daemon.order().key)).toMatchObject({
    isOwed: false,
    place: { mac: '02:00:00:00:00:07', lower: 2 },
    lease: { server: daemon.server.address },
  })
})

test('a lease that is bound holds nothing open', async () => {
  const daemon = await bound()
  expect(daemon.kernel.openCount).toBe(0)
})

test('an ADD again tells the lease that is there', async () => {
  const daemon = await bound()
  const again = await daemon.during(daemon.table.allocate(daemon.order()))
  expect(`${again.ips[0]?.address}`).toBe('10.1.2.3/24')
  expect(daemon.news()).toEqual([])
})

test('two ADDs at once get one lease', async () => {
  const daemon = new FakeDaemon()
  const both = [daemon.table.allocate(daemon.order()), daemon.table.allocate(daemon.order())]
  expect(await daemon.during(Promise.all(both))).toHaveLength(2)
  expect(daemon.news()).toEqual(acquisition)
})

test('an ADD for another sandbox gives the old lease back first', async () => {
  const daemon = await bound()
  daemon.kernel.namespaces.set('/run/netns/other', daemon.pod)
  daemon.host.files.put('/run/netns/other')
  await daemon.during(daemon.table.allocate(daemon.order({ netns: '/run/netns/other' })))
  expect(daemon.news()).toEqual(['pod DHCPRELEASE', ...acquisition])
})

test('a DEL gives the lease back and leaves no file; again it does nothing', async () => {
  const daemon = await bound()
  for (const expected of [['pod DHCPRELEASE'], []]) {
    await daemon.table.release(daemon.order().key)
    expect(daemon.news()).toEqual(expected)
  }
  expect(await daemon.folder.readAll()).toEqual([])
  expect(daemon.host.clock.pendingMs()).toEqual([])
})

test('a DEL ends an ADD that still waits', async () => {
  const daemon = new FakeDaemon()
  daemon.server.silence()
  const adding = daemon.table.allocate(daemon.order())
  adding.catch(() => {})
  await daemon.untilSent('pod DHCPDISCOVER')
  await daemon.table.release(daemon.order().key)
  await expect(adding).rejects.toThrow('it is not wanted any more')
  expect(daemon.host.clock.pendingMs()).toEqual([])
  expect(daemon.pod.link('net1').isUp).toBe(false)
})

test('a DEL ends an ADD that has only begun', async () => {
  const daemon = new FakeDaemon()
  const adding = daemon.table.allocate(daemon.order())
  adding.catch(() => {})
  await daemon.table.release(daemon.order().key)
  await expect(adding).rejects.toThrow('it is not wanted any more')
  expect(daemon.pod.link('net1').isUp).toBe(false)
  expect(daemon.sent).toEqual([])
})

test('an ADD that nobody answers fails in time, and leaves the link as it was', async () => {
  const daemon = new FakeDaemon()
  daemon.server.silence()
  const adding = daemon.during(daemon.table.allocate(daemon.order()))
  await expect(adding).rejects.toThrow(`net1 in ${podPath}: acquire DHCP lease`)
  expect(daemon.pod.link('net1').isUp).toBe(false)
  expect(daemon.kernel.openCount).toBe(0)
  expect(daemon.host.clock.pendingMs()).toEqual([])
})

test('an ADD on a full disk gives the lease back, and fails', async () => {
  const daemon = new FakeDaemon()
  vi.spyOn(daemon.host.files, 'replaceWhole').mockRejectedValue(fakeError('ENOSPC', 'write', 'x'))
  await expect(daemon.during(daemon.table.allocate(daemon.order()))).rejects.toThrow('ENOSPC')
  expect(daemon.news()).toEqual([...acquisition, 'pod DHCPRELEASE'])
})

test('a lease is renewed, and the disk is told', async () => {
  const daemon = await bound()
  const before = await daemon.folder.find(daemon.order().key)
  await daemon.host.clock.advance(61_000)
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
  const after = await daemon.folder.find(daemon.order().key)
  expect(after?.lease?.sinceMs).toBeGreaterThan(before?.lease?.sinceMs ?? 0)
  expect(daemon.kernel.openCount).toBe(0)
})

test('a new hardware address is asked for with', async () => {
  const daemon = await bound()
  daemon.pod.changeLink('net1', { mac: parseMac('02:00:00:00:00:08') })
  await daemon.host.clock.advance(61_000)
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
  expect(await daemon.folder.find(daemon.order().key)).toMatchObject({ isOwed: false })
})

test('an address that the server takes back goes from the link, and the next one comes', async () => {
  const daemon = await bound()
  daemon.server.refuses = true
  daemon.server.given = parseIpAddress('10.1.2.9')
  const advance = daemon.host.clock.advance(61_000)
  await vi.waitFor(() => expect(addressesOf(daemon)).toEqual([]))
  daemon.server.refuses = false
  await advance
  await daemon.host.clock.advance(20_000)
  expect(addressesOf(daemon)).toEqual(['10.1.2.9/24'])
})

test('an expired lease takes the link down, until there is another', async () => {
  const daemon = await bound()
  daemon.server.silence()
  await daemon.host.clock.advance(125_000)
  expect(addressesOf(daemon)).toEqual([])
  expect(daemon.pod.link('net1').isUp).toBe(false)
  daemon.server.wake()
  await daemon.host.clock.advance(70_000)
  expect(addressesOf(daemon)).toEqual(['10.1.2.3/24'])
  expect(daemon.pod.link('net1').isUp).toBe(true)
})

test('the next daemon asks whether a lease is still good', async () => {
  const daemon = await bound()
  await daemon.during(daemon.restart())
  await daemon.host.clock.advance(100)
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
  expect(addressesOf(daemon)).toEqual(['10.1.2.3/24'])
  await daemon.table.release(daemon.order().key)
  expect(daemon.news()).toEqual(['pod DHCPRELEASE'])
})

test('the next daemon keeps a lease that nobody says a word of', async () => {
  const daemon = await bound()
  daemon.server.silence()
  await daemon.during(daemon.restart())
  await daemon.host.clock.advance(50_000)
  expect(addressesOf(daemon)).toEqual(['10.1.2.3/24'])
  expect(await daemon.during(daemon.table.find(daemon.order().key))).toBeDefined()
})

test('the next daemon gives back, from the host, what nobody uses any more', async () => {
  const daemon = await bound()
  daemon.kernel.namespaces.delete(podPath)
  await daemon.host.files.remove(podPath)
  await daemon.during(daemon.restart())
  await daemon.host.clock.advance(100)
  expect(daemon.news()).toEqual(['host DHCPREQUEST', 'host DHCPRELEASE'])
  expect(await daemon.folder.readAll()).toEqual([])
})

test('a lease of another boot is nobody’s any more', async () => {
  const daemon = await bound()
  daemon.bootId = 'another boot'
  await daemon.during(daemon.restart())
  expect(await daemon.folder.readAll()).toEqual([])
  expect(daemon.news()).toEqual([])
})

test('a file that is no lease is told of, and keeps no other from being taken up', async () => {
  const daemon = await bound()
  daemon.host.files.put(`${daemon.folder.path}/0.json`, '{')
  await daemon.during(daemon.restart())
  await daemon.host.clock.advance(100)
  expect(daemon.logged.join('\n')).toContain('the file of a lease cannot be read: configuration')
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
})

test('the next daemon tells a lease that it had no time yet to take up', async () => {
  const daemon = await bound()
  const { key } = daemon.order()
  daemon.table = new LeaseTable(daemon.site())
  const { table } = daemon
  await table.adopt(await daemon.folder.readAll())
  const asked = Promise.all([table.find(key), table.allocate(daemon.order()), table.find(key)])
  for (const told of await daemon.during(asked)) {
    expect(`${told?.ips[0]?.address}`).toBe('10.1.2.3/24')
  }
  await daemon.during(table.resume())
  await daemon.host.clock.advance(100)
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
})

test('a lease that cannot be dealt with keeps no other from being taken up', async () => {
  const daemon = await bound()
  const [record] = await daemon.folder.readAll()
  if (record === undefined || 'path' in record) throw new Error('find the lease: it is not there')
  const key = { containerId: 'c0', network: 'net', ifName: 'net1' }
  await daemon.folder.write({ ...record, order: { ...record.order, key }, bootId: 'another boot' })
  const failure = fakeError('EROFS', 'remove', 'x')
  vi.spyOn(daemon.host.files, 'remove').mockRejectedValueOnce(failure)
  await daemon.during(daemon.restart())
  await daemon.host.clock.advance(100)
  expect(daemon.logged.join('\n')).toContain('c0/net/net1: remove x: EROFS')
  expect(daemon.news()).toEqual(['pod DHCPREQUEST'])
})

test('a link that has gone is noticed at renewal, and its lease given back from the host', async () => {
  const daemon = await bound()
  daemon.pod.removeLink('net1')
  await daemon.host.clock.advance(62_000)
  expect(daemon.news()).toEqual(['host DHCPREQUEST', 'host DHCPRELEASE'])
  expect(await daemon.folder.readAll()).toEqual([])
})

test('a lease that a silent server is to get back is owed until the server answers', async () => {
  const daemon = await bound()
  daemon.server.silence()
  await daemon.host.clock.advance(70_000)
  daemon.news()
  await daemon.table.release(daemon.order().key)
  expect(daemon.news()).toEqual(['pod DHCPRELEASE'])
  expect(daemon.table.owed.list()).toHaveLength(1)
  expect(await daemon.folder.find(daemon.order().key)).toMatchObject({ isOwed: true })
  await daemon.host.clock.advance(5000)
  daemon.server.wake()
  await daemon.host.clock.advance(30_000)
  expect(daemon.news().slice(-2)).toEqual(['host DHCPREQUEST', 'host DHCPRELEASE'])
  expect(daemon.table.owed.list()).toEqual([])
  expect(await daemon.folder.readAll()).toEqual([])
})

test('an owed lease ends with its time', async () => {
  const daemon = await bound()
  daemon.server.silence()
  await daemon.host.clock.advance(70_000)
  await daemon.table.release(daemon.order().key)
  await daemon.host.clock.advance(120_000)
  expect(daemon.table.owed.list()).toEqual([])
  expect(await daemon.folder.readAll()).toEqual([])
  expect(daemon.host.clock.pendingMs()).toEqual([])
})

test('the container that a lease is owed of may come back', async () => {
  const daemon = await bound()
  daemon.server.silence()
  await daemon.host.clock.advance(70_000)
  await daemon.table.release(daemon.order().key)
  daemon.server.wake()
  await daemon.during(daemon.table.allocate(daemon.order()))
  await daemon.host.clock.advance(40_000)
  expect(daemon.news()).not.toContain('host DHCPRELEASE')
  expect(await daemon.folder.find(daemon.order().key)).toMatchObject({ isOwed: false })
})

test('GC gives back what is not valid in its network', async () => {
  const daemon = await bound()
  await daemon.table.collect('other', [])
  await daemon.table.collect('net', [{ containerId: 'c1', ifName: 'net1' }])
  expect(daemon.news()).toEqual([])
  await daemon.table.collect('net', [{ containerId: 'c1', ifName: 'net2' }])
  expect(daemon.news()).toEqual(['pod DHCPRELEASE'])
})

test('a daemon that ends leaves its leases, and gives up what it has told nobody of', async () => {
  const daemon = await bound()
  const other = daemon.order({ key: { containerId: 'c2', network: 'net', ifName: 'net1' } })
  daemon.server.ignored = ['request']
  const adding = daemon.table.allocate(other)
  adding.catch(() => {})
  await daemon.untilSent('pod DHCPREQUEST')
  daemon.news()
  await daemon.table.end()
  await expect(adding).rejects.toThrow('it is not wanted any more')
  expect(daemon.news()).toEqual(['pod DHCPRELEASE'])
  expect(daemon.host.clock.pendingMs()).toEqual([])
  expect(await daemon.folder.readAll()).toHaveLength(1)
})
