import { describe, expect, test } from 'vitest'
import { failureOf } from '#test/lab/failure.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { folder, Network, owner } from './network.ts'

const small = { ranges: [[{ subnet: '10.1.2.0/29' }]] }

describe('DEL', () => {
  test('frees every address of the attachment, in range or not, and no other', async () => {
    const network = new Network(small)
    const others = {
      '10.1.2.3': owner('c2'),
      '10.1.2.4': owner('c1', 'net2'),
      '10.1.2.5': 'c1',
      'last_reserved_ip.0': '10.1.2.5',
    }
    network.put({ '10.1.2.2': owner('c1'), 'fd00::5': `${owner('c1')}\n`, ...others })
    await network.del()
    expect(network.files()).toEqual(others)
  })

  test('frees the addresses that an old version reserved for the container', async () => {
    const network = new Network(small)
    network.put({ '10.1.2.2': 'c1', '10.1.2.3': 'c1\n', '10.1.2.4': 'c2' })
    await network.del()
    expect(network.taken()).toEqual(['10.1.2.4'])
  })

  test('frees what a crash left without an owner', async () => {
    const network = new Network(small)
    network.put({ '10.1.2.2': '', '10.1.2.3': owner('c1'), '10.1.2.4': owner('c2') })
    await network.del()
    expect(network.taken()).toEqual(['10.1.2.4'])
  })

  test('succeeds again and again, and without a network to begin with', async () => {
    const network = new Network(small)
    await network.del()
    expect(network.host.files.snapshot()).toEqual({})
    expect(await network.host.files.findStatus('/var/lib')).toBeUndefined()
    await network.add()
    await network.del()
    await network.del()
    expect(network.taken()).toEqual([])
  })

  test('leaves files alone that are no addresses, whatever they say', async () => {
    const files = {
      notes: owner('c1'),
      '10.1.2': owner('c1'),
      '10.1.2.02': owner('c1'),
      'old/10.1.2.3': owner('c1'),
      '10.1.2.7': owner('c2'),
      '10.1.2.4/x': owner('c1'),
    }
    const network = new Network(small)
    network.put(files)
    await network.del()
    await network.gc({ 'cni.dev/valid-attachments': [{ containerID: 'c2', ifname: 'net1' }] })
    expect(network.files()).toEqual(files)
  })

  test('does without everything in the configuration but the folder', async () => {
    const network = new Network({ ...small, dataDir: '/run/ipam' })
    await network.add()
    network.ipam = {
      dataDir: '/run/ipam',
      ranges: 'gone',
      subnet: 7,
      routes: {},
      resolvConf: '/none',
    }
    await network.del({ args: 'IP=nowhere;junk', keys: { runtimeConfig: 3, args: [] } })
    const paths = Object.keys(network.host.files.snapshot())
    expect(paths).toEqual(['/run/ipam/pods/last_reserved_ip.0', '/run/ipam/pods/lock'])
  })

  test('writes nothing, so that a full disk is no obstacle', async () => {
    const network = new Network(small)
    await network.add()
    const { files } = network.host
    const full = async (path: string) => Promise.reject(fakeError('ENOSPC', 'write', path))
    Object.assign(files, { createWhole: full, replaceWhole: full, ensureDirectory: full })
    await network.del()
    expect(network.taken()).toEqual([])
  })

  test('needs no lock where nothing is reserved: a full disk has no room for the lock file', async () => {
    const network = new Network(small)
    network.put({ notes: '' })
    network.host.files.lock = async (path) => Promise.reject(fakeError('ENOSPC', 'lock', path))
    await network.del()
    expect(network.files()).toEqual({ notes: '' })
  })

  test('frees what it can and tells what it cannot', async () => {
    const network = new Network(small)
    network.put({ '10.1.2.2': owner('c1'), '10.1.2.3': owner('c1'), '10.1.2.4': owner('c1') })
    const { files } = network.host
    const { remove, findText } = files
    files.remove = async (path) => {
      if (path.endsWith('.2')) throw fakeError('EPERM', 'remove', path)
      return remove.call(files, path)
    }
    files.findText = async (path) => {
      if (path.endsWith('.4')) throw fakeError('EIO', 'read', path)
      return findText.call(files, path)
    }
    const failure = await failureOf(network.del())
    expect(String(failure)).toContain(`remove ${folder}/10.1.2.2: EPERM`)
    expect(String(failure)).toContain(`read ${folder}/10.1.2.4: EIO`)
    expect(network.taken()).toEqual(['10.1.2.2', '10.1.2.4'])
  })
})

describe('GC', () => {
  const reserved = {
    '10.1.2.2': owner('c1'),
    '10.1.2.3': owner('c1', 'net2'),
    '10.1.2.4': owner('c2'),
    '10.1.2.5': 'c1',
    '10.1.2.6': 'c3',
    '10.1.2.7': '',
    'fd00::9': owner('c9'),
    'last_reserved_ip.0': '10.1.2.7',
  }

  test('frees what the list of valid attachments does not have', async () => {
    const network = new Network(small)
    network.put(reserved)
    await network.gc({
      'cni.dev/valid-attachments': [
        { containerID: 'c1', ifname: 'net1' },
        { containerID: 'c9', ifname: 'net1' },
      ],
    })
    expect(network.files()).toEqual({
      '10.1.2.2': owner('c1'),
      '10.1.2.5': 'c1',
      'fd00::9': owner('c9'),
      'last_reserved_ip.0': '10.1.2.7',
    })
  })

  test.each([[null], [[]]])('frees everything when the list is %j', async (list) => {
    const network = new Network(small)
    network.put(reserved)
    await network.gc({ 'cni.dev/valid-attachments': list })
    expect(network.taken()).toEqual([])
  })

  test('frees nothing without a list', async () => {
    const network = new Network(small)
    network.put(reserved)
    expect(await failureOf(network.gc({}))).toMatchObject({
      name: 'ConfigError',
      message: 'cni.dev/valid-attachments: expected the list of attachments to keep, found nothing',
    })
    expect(network.files()).toEqual(reserved)
  })

  test('does not touch other networks', async () => {
    const network = new Network(small)
    const path = '/var/lib/cni/networks/other/10.1.2.2'
    network.host.files.put(path, owner('c1'))
    await network.gc({ 'cni.dev/valid-attachments': [] })
    expect(network.host.files.snapshot()).toEqual({ [path]: owner('c1') })
  })

  test('does without ranges, which runtimes do not tell here', async () => {
    const network = new Network({})
    network.put(reserved)
    await network.gc({ 'cni.dev/valid-attachments': [] })
    expect(network.taken()).toEqual([])
  })
})
