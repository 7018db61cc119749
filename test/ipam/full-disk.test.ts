import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { runSync } from '#test/lab/command.ts'
import { hostLocal, macvlan } from '#test/lab/config-builders.ts'
import { IpamNetwork } from '#test/lab/ipam-network.ts'
import { type Lab, test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const pageSize = 4096
const page = 'x'.repeat(pageSize)
const dualStack = { ranges: [[{ subnet: '10.7.0.0/29' }], [{ subnet: 'fd00:7::/64' }]] }
const files = { 'last_reserved_ip.0': '10.7.0.2', 'last_reserved_ip.1': 'fd00:7::2' }
const reservations = { '10.7.0.2': 'a\r\nnet1', 'fd00:7::2': 'a\r\nnet1' }

/** A disk of its own for the lab's data directory, with room for so many pages and files. */
class Disk {
  readonly folder: string
  readonly #ballast: string[] = []

  constructor(lab: Lab) {
    this.folder = lab.dataDir()
    mkdirSync(this.folder)
    runSync(['mount', '-t', 'tmpfs', '-o', 'size=64k,nr_inodes=32', 'tmpfs', this.folder])
    lab.afterwards(() => runSync(['umount', this.folder]))
  }

  /** Writes to the disk until there is no room for another byte, or for another file. */
  fill(resource: 'byte' | 'file'): void {
    for (;;) {
      const path = join(this.folder, `ballast-${this.#ballast.length}`)
      try {
        writeFileSync(path, resource === 'byte' ? page : '')
        this.#ballast.push(path)
      } catch (error) {
        rmSync(path, { force: true })
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
        throw error
      }
    }
  }

  /** Makes room again: for everything, or for so many pages or files. */
  makeRoom(count: number = this.#ballast.length): void {
    for (const path of this.#ballast.splice(-count)) rmSync(path)
  }

  /** Forbids, or allows, every change. */
  remount(mode: 'ro' | 'rw'): void {
    runSync(['mount', '-o', `remount,${mode}`, this.folder])
  }
}

describe.for([
  ['byte', ['10.7.0.3', 'fd00:7::3', 'last_reserved_ip.0']],
  // The file is made under another name first, and a second name counts as a file here.
  ['file', ['10.7.0.3', '10.7.0.3', 'fd00:7::3']],
] as const)('on a disk without room for a %s', ([resource, failing]) => {
  test('ADD says so and takes nothing, DEL frees', async ({ lab }) => {
    const disk = new Disk(lab)
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
    const disk = new Disk(lab)
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
    const disk = new Disk(lab)
    disk.fill(resource)
    const network = new IpamNetwork(lab, dualStack)
    expect(await network.add('a')).toFailWith(999, new RegExp(`${network.folder}.*ENOSPC`))
    expect(network.taken()).toEqual([])
    expect(await network.del('a')).toSucceed()
    disk.makeRoom()
    expect(await network.give('a')).toEqual(['10.7.0.2/29', 'fd00:7::2/64'])
  })

  test('macvlan leaves no link behind', async ({ lab }) => {
    const disk = new Disk(lab)
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
    const disk = new Disk(lab)
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
    const disk = new Disk(lab)
    const [used, fresh] = [new IpamNetwork(lab, dualStack), new IpamNetwork(lab, dualStack)]
    await used.give('a')
    disk.remount('ro')
    expect(await used.del('b')).toSucceed()
    expect(await fresh.del('b')).toSucceed()
    expect(await fresh.add('b')).toFailWith(999, `create folder ${fresh.folder}: EROFS`)
  })
})
