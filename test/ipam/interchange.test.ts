import { rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { run, runSync, succeed } from '#test/lab/command.ts'
import { addressesOf, hostLocals, IpamNetwork, ownerText } from '#test/lab/ipam-network.ts'
import { test } from '#test/lab/lab.ts'
import '#test/lab/matchers.ts'

const directions = [
  ['ours', 'Go'],
  ['Go', 'ours'],
] as const

const dualStack = { ranges: [[{ subnet: '10.7.0.0/29' }], [{ subnet: '2001:db8:7::/120' }]] }

describe('a store of host-local', () => {
  test.for(directions)('that is written by %s is that of %s', async ([writer, reader], { lab }) => {
    const network = new IpamNetwork(lab, dualStack)
    const [written, read] = [{ by: hostLocals[writer] }, { by: hostLocals[reader] }]
    const held = /10\.7\.0\.2/
    expect(await network.give('a', written)).toEqual(['10.7.0.2/29', '2001:db8:7::2/120'])
    expect(await network.add('a', read)).toFailWith(999, held)
    expect(await network.check('a', read)).toSucceed()
    expect(await network.check('b', read)).toFailWith(999, 'b')
    expect(await network.give('b', read)).toEqual(['10.7.0.3/29', '2001:db8:7::3/120'])
    expect(await network.del('a', read)).toSucceed()
    expect(await network.check('a', written)).toFailWith(999, 'a')
    expect(await network.check('b', written)).toSucceed()
    expect(await network.del('b', written)).toSucceed()
    expect(network.contents()).toEqual({
      'last_reserved_ip.0': '10.7.0.3',
      'last_reserved_ip.1': '2001:db8:7::3',
    })
  })

  test.for(directions)('%s does not get what %s was asked for by name', async ([a, b], { lab }) => {
    const network = new IpamNetwork(lab, dualStack)
    const args = 'IP=10.7.0.4'
    const given = await network.give('a', { by: hostLocals[b], args })
    expect(given).toEqual(['10.7.0.4/29', '2001:db8:7::2/120'])
    const refused = await network.add('b', { by: hostLocals[a], args })
    expect(refused).toFailWith(a === 'Go' ? 999 : 11, '10.7.0.4')
    expect(network.taken()).toEqual(['10.7.0.4', '2001:db8:7::2'])
    expect(await network.give('b', { by: hostLocals[a] })).toContain('10.7.0.5/29')
  })

  test.for(directions)('%s goes on where %s has left off', async ([a, b], { lab }) => {
    const ranges = [[{ subnet: '10.7.0.0/29' }, { subnet: '10.7.1.0/30' }]]
    const network = new IpamNetwork(lab, { ranges })
    const given: string[] = []
    for (const side of [a, b, b, a, b, a, a, b] as const) {
      given.push(...(await network.give('a', { by: hostLocals[side] })))
      expect(await network.del('a', { by: hostLocals[side] })).toSucceed()
    }
    const walk = ['0.2/29', '0.3/29', '0.4/29', '0.5/29', '0.6/29', '1.2/30', '0.2/29', '0.3/29']
    expect(given).toEqual(walk.map((end) => `10.7.${end}`))
  })

  test.for(['ours', 'Go'] as const)('of an old version is emptied by %s', async (side, { lab }) => {
    const network = new IpamNetwork(lab, dualStack)
    await network.give('new')
    writeFileSync(join(network.folder, '10.7.0.5'), 'old')
    expect(await network.check('old', { by: hostLocals[side] })).toSucceed()
    expect(await network.del('old', { by: hostLocals[side] })).toSucceed()
    expect(network.taken()).toEqual(['10.7.0.2', '2001:db8:7::2'])
  })

  test('has the same files, bytes and modes whoever writes it', async ({ lab }) => {
    const networks = { ours: new IpamNetwork(lab, dualStack), Go: new IpamNetwork(lab, dualStack) }
    for (const side of ['ours', 'Go'] as const) {
      await networks[side].give('a.b-c_1', { by: hostLocals[side], ifName: 'eth0' })
      expect(networks[side].contents()).toEqual({
        '10.7.0.2': ownerText('a.b-c_1', 'eth0'),
        '2001:db8:7::2': ownerText('a.b-c_1', 'eth0'),
        'last_reserved_ip.0': '10.7.0.2',
        'last_reserved_ip.1': '2001:db8:7::2',
      })
    }
    const files = Object.keys(networks.ours.contents())
    const all = (mode: string) => files.map(() => mode)
    const modes = ({ folder }: IpamNetwork, ...names: readonly string[]) =>
      names.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))
    expect(modes(networks.ours, '.', 'lock', ...files)).toEqual(['755', '750', ...all('600')])
    // Version 1.1.1 let everybody read who has an address; later versions do not, nor do we.
    expect(modes(networks.Go, '.', 'lock', ...files)).toEqual(['755', '750', ...all('644')])
  })

  test('is the same after any calls, whoever of the two serves which', async ({ lab }) => {
    const ipam = { ranges: [[{ subnet: '10.7.0.0/29' }, { subnet: '10.7.1.0/30' }]] }
    const [mixed, pure] = [new IpamNetwork(lab, ipam), new IpamNetwork(lab, ipam)]
    const anyCall = fc.record({
      command: fc.constantFrom('ADD', 'ADD', 'DEL', 'CHECK'),
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      side: fc.constantFrom('ours', 'Go'),
    })
    for (const { command, id, side } of fc.sample(anyCall, { seed: 11, numRuns: 100 })) {
      const expected = await pure.call(command, id, { by: hostLocals.Go })
      const actual = await mixed.call(command, id, { by: hostLocals[side] })
      expect(actual.status, `${command} ${id} ${side}`).toBe(expected.status)
      expect(addressesOf(actual)).toEqual(addressesOf(expected))
      expect(mixed.contents()).toEqual(pure.contents())
    }
  })
})

describe('the lock of a store', () => {
  const lockOf = ({ folder }: IpamNetwork) => join(folder, 'lock')

  /** What the call came to so far; a call elsewhere that starts later has been served meanwhile. */
  const stateOf = async (call: Promise<unknown>, elsewhere: IpamNetwork): Promise<unknown> => {
    for (const [id, by] of Object.entries(hostLocals)) await elsewhere.give(id, { by })
    return Promise.race([call, Promise.resolve('waiting')])
  }

  test.for(['ours', 'Go'] as const)('that flock(1) holds makes %s wait', async (side, { lab }) => {
    const [network, elsewhere] = [new IpamNetwork(lab, dualStack), new IpamNetwork(lab, dualStack)]
    await network.give('first')
    const pipe = join(lab.folder, 'pipe')
    runSync(['mkfifo', pipe])
    const flock = run(['flock', lockOf(network), 'cat', pipe])
    // The pipe can be opened once somebody reads it, which is under the lock.
    const gate = await open(pipe, 'w')
    const waiting = network.give('second', { by: hostLocals[side] })
    expect(await stateOf(waiting, elsewhere)).toBe('waiting')
    expect(network.taken()).toEqual(['10.7.0.2', '2001:db8:7::2'])
    await gate.close()
    succeed(await flock)
    expect(await waiting).toEqual(['10.7.0.3/29', '2001:db8:7::3/120'])
  })

  test.for([...directions, ['ours', 'ours'] as const])(
    'that %s holds makes %s wait',
    async ([holder, other], { lab }) => {
      const [network, elsewhere] = [
        new IpamNetwork(lab, dualStack),
        new IpamNetwork(lab, dualStack),
      ]
      await network.give('first')
      // Who looks through the store stops at a pipe until it has been written to.
      const pipe = join(network.folder, '10.99.0.1')
      runSync(['mkfifo', pipe])
      const holding = network.give('second', { by: hostLocals[holder] })
      const gate = await open(pipe, 'w')
      rmSync(pipe)
      const tryLock = ['flock', '--nonblock', lockOf(network), 'true']
      expect(() => runSync(tryLock)).toThrow('exit status 1')
      const waiting = network.give('third', { by: hostLocals[other] })
      expect(await stateOf(waiting, elsewhere)).toBe('waiting')
      expect(network.taken()).toEqual(['10.7.0.2', '2001:db8:7::2'])
      await gate.close()
      expect(await holding).toEqual(['10.7.0.3/29', '2001:db8:7::3/120'])
      expect(await waiting).toEqual(['10.7.0.4/29', '2001:db8:7::4/120'])
      runSync(tryLock)
    },
  )
})
