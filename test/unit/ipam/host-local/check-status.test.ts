import { describe, expect, test } from 'vitest'
import { failureOf } from '#test/lab/failure.ts'
import { fakeError } from '#test/lab/fake-errors.ts'
import { folder, Network, owner } from './network.ts'

const small = { ranges: [[{ subnet: '10.1.2.0/29' }]] }

describe('CHECK', () => {
  test.each([
    ['this version', owner('c1')],
    ['an old version', 'c1'],
  ])('passes when the attachment has an address of %s', async (_, content) => {
    const network = new Network(small)
    network.put({ '10.9.9.9': content })
    await expect(network.check()).resolves.toBeUndefined()
  })

  test.each<[string, Record<string, string>]>([
    ['nothing is there', {}],
    ['another attachment has one', { '10.1.2.2': owner('c2'), '10.1.2.3': owner('c1', 'net2') }],
    ['only a file that is no address names it', { notes: owner('c1') }],
  ])('fails when %s, and changes nothing', async (_, files) => {
    const network = new Network(small)
    network.put(files)
    expect(await failureOf(network.check())).toMatchObject({
      code: 999,
      msg: `find address of container c1, interface net1: none in ${folder}`,
    })
    expect(network.files()).toEqual(files)
  })

  test('tells what is wrong with the configuration', async () => {
    const network = new Network({ ranges: [[{}]] })
    network.put({ '10.1.2.2': owner('c1') })
    expect(await failureOf(network.check())).toMatchObject({ path: 'ipam.ranges[0][0].subnet' })
  })
})

describe('STATUS', () => {
  const two = { ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: 'fd00::/126' }]] }
  const full = { 'fd00::2': owner('a'), 'fd00::3': owner('b') }

  test('passes while every range set has a free address, and creates nothing', async () => {
    const network = new Network(two)
    await network.status()
    expect(network.host.files.snapshot()).toEqual({})
    network.put({ 'fd00::2': owner('a'), 'fd00::1': 'odd', '10.1.2.2': owner('a') })
    await network.status()
    expect(await network.host.files.findStatus(`${folder}/lock`)).toBeUndefined()
  })

  test('counts the addresses of each range set that is used up', async () => {
    const network = new Network({ ...two, subnet: '10.7.0.0/30' })
    network.put({ ...full, '10.7.0.2': owner('a'), '10.1.2.2': owner('a') })
    expect(await failureOf(network.status())).toMatchObject({
      code: 50,
      msg: `allocate addresses from ${folder}: no free address, 1/1 taken of 10.7.0.1-10.7.0.2, 2/2 taken of fd00::1-fd00::3`,
    })
  })

  test('passes when an ADD could take what a crash left', async () => {
    const network = new Network(two)
    network.put({ ...full, 'fd00::2': '' })
    await network.status()
    expect(await network.add()).toEqual(['10.1.2.2/29', 'fd00::2/126'])
  })

  test('does not wait for a lock', async () => {
    const network = new Network(two)
    network.put(full)
    network.host.files.occupyLock(`${folder}/lock`)
    expect(await failureOf(network.status())).toMatchObject({ code: 50 })
    expect(network.host.clock.sleepsMs).toEqual([])
  })

  test('fails with 50 when the store cannot be read', async () => {
    const network = new Network(two)
    network.host.files.list = async (path) => Promise.reject(fakeError('EACCES', 'list', path))
    expect(await failureOf(network.status())).toMatchObject({
      code: 50,
      msg: `list ${folder}: EACCES permission denied`,
    })
  })

  test('fails with 50 when the resolver settings cannot be read', async () => {
    const network = new Network({ ...two, resolvConf: '/etc/missing.conf' })
    expect(await failureOf(network.status())).toMatchObject({
      code: 50,
      msg: 'read /etc/missing.conf: ENOENT no such file or directory',
    })
  })

  test('tells what is wrong with the configuration', async () => {
    const failure = await failureOf(new Network({ subnet: '10.1.2.0/31' }).status())
    expect(failure).toMatchObject({ name: 'ConfigError', path: 'ipam.subnet' })
  })
})
