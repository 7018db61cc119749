import { describe, expect } from 'vitest'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import { SmallDisk } from '#test/lab/small-disk.ts'
import '#test/lab/matchers.ts'

const ipam = { type: 'whereabouts', range: '10.7.0.0/29' }

describe.for(['byte', 'file'] as const)('on a disk without room for a %s', (resource) => {
  test('ADD takes nothing, and what DEL cannot free is freed later', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    const network = new IpamNetwork(lab, ipam)
    expect(await network.give('a')).toEqual(['10.7.0.1/29'])
    disk.fill(resource)
    expect(await network.add('b')).toFailWith(999, 'ENOSPC no space left')
    expect(await network.del('b')).toSucceed()
    expect(await network.del('a')).toSucceed()
    disk.makeRoom()
    expect(await network.give('c')).toEqual(['10.7.0.2/29'])
    expect(await network.give('d')).toEqual(['10.7.0.1/29'])
  })

  test('a network that is new gets nothing, and DEL has nothing to free', async ({ lab }) => {
    const disk = new SmallDisk(lab)
    disk.fill(resource)
    const network = new IpamNetwork(lab, ipam)
    expect(await network.add('a')).toFailWith(999, 'ENOSPC')
    expect(await network.del('a')).toSucceed()
    disk.makeRoom()
    expect(await network.give('a')).toEqual(['10.7.0.1/29'])
  })
})
