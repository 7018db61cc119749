import { describe, expect } from 'vitest'
import { hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import { SmallDisk } from '#test/lab/small-disk.ts'
import '#test/lab/matchers.ts'

const dualStack = { ranges: [[{ subnet: '10.7.0.0/29' }], [{ subnet: 'fd00:7::/64' }]] }
const files = { 'last_reserved_ip.0': '10.7.0.2', 'last_reserved_ip.1': 'fd00:7::2' }
const reservations = { '10.7.0.2': 'a\r\nnet1', 'fd00:7::2': 'a\r\nnet1' }

describe.for([
  ['byte', ['10.7.0.3', 'fd00:7::3', 'last_reserved_ip.0']],
  // The file is made under another name first, and a second name counts as a file here.
  ['file', ['10.7.0.3', '10.7.0.3', 'fd00:7::3']],
] as const)('on a disk without room for a %s', ([resource, failing]) => {
  test('ADD says so and takes nothing, DEL frees', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const network = new IpamNetwork(lab, dualStack)
    await network.give('a')
    disk.fill(resource)
    const path = `${network.folder}/10.7.0.3`
    expect(await network.add('b')).toFailWith(999, `create ${path}: ENOSPC no space left`)
    expect(network.contents()).toEqual({ ...files, ...reservations })
    expect(await network.check('a')).toSucceed()
    expect(await network.del('b')).toSucceed()
    expect(await network.del('a')).toSucceed()
    expect(network.contents()).toEqual(files)
    disk.makeRoom()
    expect(await network.give('b')).toEqual(['10.7.0.3/29', 'fd00:7::3/64'])
  })

  test('that has a little, ADD takes all it has to take or nothing', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const network = new IpamNetwork(lab, dualStack)
    await network.give('a')
    disk.fill(resource)
    for (const name of failing) {
      const path = `${network.folder}/${name}`
      expect(await network.add('b')).toFailWith(999, new RegExp(` ${path}: ENOSPC`))
      expect(network.contents()).toEqual({ ...files, ...reservations })
      disk.makeRoom(1)
    }
    expect(await network.add('b')).toSucceed()
    expect(network.taken()).toEqual(['10.7.0.2', '10.7.0.3', 'fd00:7::2', 'fd00:7::3'])
  })

  test('a network that is new gets nothing, and DEL has nothing to free', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    disk.fill(resource)
    const network = new IpamNetwork(lab, dualStack)
    expect(await network.add('a')).toFailWith(999, new RegExp(`${network.folder}.*ENOSPC`))
    expect(network.taken()).toEqual([])
    expect(await network.del('a')).toSucceed()
    disk.makeRoom()
    expect(await network.give('a')).toEqual(['10.7.0.2/29', 'fd00:7::2/64'])
  })

  test('macvlan leaves no link behind', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const host = lab.host()
    lab.cable(host, 'eth0')
    const pod = lab.pod(host)
    disk.fill(resource)
    const config = macvlan({ ipam: hostLocal(disk.folder, '10.7.0.0/29') })
    expect(await pod.add(config)).toFailWith(999, 'ENOSPC')
    expect(pod).toHaveOnlyLinks()
    expect(await pod.del(config)).toSucceed()
    disk.makeRoom()
    expect(await pod.add(config)).toSucceed()
  })
})

describe('on a disk that cannot be written to', () => {
  test('every call says what it could not do, and nothing is lost', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const network = new IpamNetwork(lab, dualStack)
    await network.give('a')
    disk.remount('ro')
    expect(await network.add('b')).toFailWith(999, `create ${network.folder}/10.7.0.3: EROFS`)
    expect(await network.check('a')).toSucceed()
    const deleted = await network.del('a')
    expect(deleted).toFailWith(999, `remove ${network.folder}/10.7.0.2: EROFS`)
    expect(deleted).toFailWith(999, `remove ${network.folder}/fd00:7::2: EROFS`)
    expect(network.contents()).toEqual({ ...files, ...reservations })
    disk.remount('rw')
    expect(await network.del('a')).toSucceed()
    expect(network.taken()).toEqual([])
  })

  test('DEL of what was never there succeeds', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const [used, fresh] = [new IpamNetwork(lab, dualStack), new IpamNetwork(lab, dualStack)]
    await used.give('a')
    disk.remount('ro')
    expect(await used.del('b')).toSucceed()
    expect(await fresh.del('b')).toSucceed()
    expect(await fresh.add('b')).toFailWith(999, `create folder ${fresh.folder}: EROFS`)
  })
})
